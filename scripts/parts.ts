/** A part of the system, and where it stands. */
export interface Part {
  readonly id: string;
  readonly kind: 'outside' | 'queue' | 'function' | 'machine' | 'table';
  readonly at: readonly [left: number, top: number, width: number, height: number];
  readonly name: string;
  readonly notes: readonly string[];
}

/** What leads from one part to another: corners from the edge of the first to the edge of the second. */
export interface Way {
  readonly from: string;
  readonly to: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** What it carries, with the middle of its text. */
  readonly label?: readonly [text: string, x: number, y: number];
  readonly dashed?: boolean;
}

/** Every part of docs/parts.svg. */
export const PARTS: readonly Part[] = [
  { id: 'api', kind: 'outside', at: [20, 90, 120, 56], name: 'API services', notes: ['publish commands'] },
  { id: 'compute-task', kind: 'queue', at: [190, 50, 140, 46], name: 'compute-task', notes: ['SQS queue'] },
  { id: 'conductor', kind: 'queue', at: [190, 140, 140, 46], name: 'conductor', notes: ['SQS queue'] },
  { id: 'task-rpc', kind: 'function', at: [390, 50, 130, 46], name: 'task-rpc', notes: ['Lambda function'] },
  { id: 'object-rpc', kind: 'function', at: [390, 140, 130, 46], name: 'object-rpc', notes: ['Lambda function'] },
  { id: 'reconciler', kind: 'function', at: [390, 204, 130, 46], name: 'reconciler', notes: ['once a minute'] },
  {
    id: 'workflows',
    kind: 'machine',
    at: [590, 38, 170, 70],
    name: 'build, launch, …',
    notes: ['Step Functions,', 'one execution per server'],
  },
  { id: 'steps', kind: 'function', at: [820, 50, 150, 46], name: 'steps', notes: ['a function per workflow'] },
  {
    id: 'api-tables',
    kind: 'table',
    at: [590, 140, 380, 76],
    name: 'API-level tables',
    notes: [
      'mappings, build-requests, api, requests (sealed), placement',
      'notifications leave by EventBridge, alarms by SNS',
    ],
  },
  {
    id: 'hosts',
    kind: 'outside',
    at: [12, 330, 128, 70],
    name: 'compute hosts',
    notes: ['never touch', 'the database'],
  },
  { id: 'host-queue', kind: 'queue', at: [190, 290, 140, 46], name: 'host queue', notes: ['one per host'] },
  { id: 'cell-conductor', kind: 'queue', at: [190, 390, 140, 46], name: 'cell conductor', notes: ['SQS queue'] },
  { id: 'cell-object-rpc', kind: 'function', at: [390, 390, 130, 46], name: 'object-rpc', notes: ['Lambda function'] },
  {
    id: 'object-url',
    kind: 'function',
    at: [380, 502, 150, 46],
    name: 'object-url',
    notes: ['function URL, optional'],
  },
  {
    id: 'cell-table',
    kind: 'table',
    at: [590, 378, 380, 70],
    name: 'cell table; cell0 has a table and no queue',
    notes: ['instances, devices, actions, faults, nodes, services'],
  },
];

/** Every way between two parts. */
export const WAYS: readonly Way[] = [
  {
    from: 'api',
    to: 'compute-task',
    points: [
      [140, 105],
      [190, 78],
    ],
  },
  {
    from: 'api',
    to: 'conductor',
    points: [
      [140, 130],
      [190, 158],
    ],
  },
  {
    from: 'compute-task',
    to: 'task-rpc',
    points: [
      [330, 73],
      [390, 73],
    ],
  },
  {
    from: 'conductor',
    to: 'object-rpc',
    points: [
      [330, 163],
      [390, 163],
    ],
  },
  {
    from: 'task-rpc',
    to: 'workflows',
    points: [
      [520, 73],
      [590, 73],
    ],
    label: ['start', 553, 65],
  },
  {
    from: 'workflows',
    to: 'steps',
    points: [
      [760, 73],
      [820, 73],
    ],
  },
  {
    from: 'steps',
    to: 'api-tables',
    points: [
      [895, 96],
      [895, 140],
    ],
  },
  {
    from: 'object-rpc',
    to: 'api-tables',
    points: [
      [520, 163],
      [590, 163],
    ],
  },
  {
    from: 'steps',
    to: 'cell-table',
    points: [
      [970, 64],
      [992, 64],
      [992, 413],
      [970, 413],
    ],
    label: ['records', 955, 366],
  },
  {
    from: 'steps',
    to: 'host-queue',
    points: [
      [970, 82],
      [981, 82],
      [981, 313],
      [330, 313],
    ],
    label: ['cast, with a task token waiting', 760, 305],
  },
  {
    from: 'reconciler',
    to: 'cell-conductor',
    points: [
      [390, 227],
      [350, 227],
      [350, 402],
      [330, 402],
    ],
    label: ['pulses', 372, 375],
  },
  {
    from: 'reconciler',
    to: 'cell-table',
    points: [
      [520, 227],
      [562, 227],
      [562, 395],
      [590, 395],
    ],
    label: ['looks, wakes', 622, 254],
  },
  {
    from: 'host-queue',
    to: 'hosts',
    points: [
      [190, 313],
      [140, 345],
    ],
  },
  {
    from: 'hosts',
    to: 'cell-conductor',
    points: [
      [140, 385],
      [190, 410],
    ],
    label: ['calls', 160, 376],
  },
  {
    from: 'cell-conductor',
    to: 'cell-object-rpc',
    points: [
      [330, 418],
      [390, 418],
    ],
  },
  {
    from: 'cell-object-rpc',
    to: 'cell-table',
    points: [
      [520, 418],
      [590, 418],
    ],
  },
  {
    from: 'hosts',
    to: 'object-url',
    points: [
      [44, 400],
      [44, 525],
      [380, 525],
    ],
    label: ['direct calls, each answered by its response', 200, 517],
  },
  {
    from: 'object-url',
    to: 'cell-table',
    points: [
      [530, 525],
      [775, 525],
      [775, 448],
    ],
    label: ['does what object-rpc does', 655, 517],
  },
  {
    from: 'cell-object-rpc',
    to: 'workflows',
    points: [
      [455, 390],
      [455, 345],
      [578, 345],
      [578, 124],
      [612, 124],
      [612, 108],
    ],
    label: ['settled: the token goes back', 468, 335],
  },
  {
    from: 'cell-object-rpc',
    to: 'hosts',
    points: [
      [455, 436],
      [455, 462],
      [80, 462],
      [80, 400],
    ],
    label: ["answers, by the caller's reply queue", 260, 478],
    dashed: true,
  },
];
