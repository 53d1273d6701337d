import type { SourceFile } from './source-tree.ts';

/** One folder of the house, or a file of its own. */
export interface Floor {
  /** Folder without its end slash, or a file; the longest that fits a path is the path's floor. */
  readonly place: string;
  /** Packages by their beginnings; Node's own are open to all. @default none */
  readonly packages?: readonly string[];
  /** Places that alone may import this floor, by the beginnings of their paths. @default all higher floors */
  readonly openTo?: readonly string[];
  /** Lower places that alone may be imported. @default all */
  readonly only?: readonly string[];
  /** Lower places of which only types may be imported. @default none */
  readonly typesOf?: readonly string[];
}

const LAMBDA = ['@middy/core', 'aws-lambda'];

/**
 * The floors from the ground up: a file imports from its own folder, its own floor and lower floors, types too
 * (docs/adr/0011-floors.md).
 */
export const FLOORS: readonly Floor[] = [
  { place: 'statemachines' },
  // What costs are counted by, which the command compares with the price list.
  { place: 'docs/prices.json', openTo: ['cli/'] },
  // Names that stacks and functions must agree on.
  { place: 'functions/ports/cell-uuid.ts' },
  { place: 'functions/ports/conductor-queue.ts' },
  { place: 'functions/ports/index-attribute.ts' },
  { place: 'functions/configuration', packages: ['valibot'] },
  { place: 'functions/ports' },
  { place: 'functions/errors' },
  { place: 'functions/wire' },
  {
    place: 'functions/adapters',
    packages: ['@aws-sdk/', '@aws-lambda-powertools/'],
    openTo: [
      'functions/assemble-records.ts',
      'functions/assemble.ts',
      'functions/wiring.ts',
      'client/',
      'cli/',
      'local/',
    ],
  },
  {
    place: 'functions/adapters/openstack',
    packages: ['cockatiel'],
    openTo: ['functions/assemble-records.ts', 'functions/assemble.ts', 'functions/wiring.ts', 'cli/', 'local/'],
  },
  { place: 'client', packages: ['@aws-sdk/client-s3', '@aws-sdk/client-sqs'], openTo: ['cli/', 'local/'] },
  { place: 'functions/objects/versioned' },
  { place: 'functions/objects/network' },
  { place: 'functions/objects/cpu' },
  { place: 'functions/objects/numa' },
  { place: 'functions/objects/pci' },
  { place: 'functions/objects/device' },
  { place: 'functions/objects/image' },
  { place: 'functions/objects/mapping' },
  { place: 'functions/objects/compute' },
  { place: 'functions/objects/migration' },
  { place: 'functions/objects/api' },
  { place: 'functions/objects/instance' },
  { place: 'functions/objects/request-spec' },
  { place: 'functions/objects/notification' },
  { place: 'functions/objects' },
  { place: 'functions/conductor', typesOf: ['functions/ports'] },
  { place: 'functions/records/operation.ts' },
  { place: 'functions/records/items' },
  { place: 'functions/records/authority' },
  { place: 'functions/records', packages: ['valibot'] },
  { place: 'functions/records/permission' },
  { place: 'functions/records/remotable-method.ts', packages: ['valibot'] },
  { place: 'functions/records/hosts', packages: ['valibot'] },
  { place: 'functions/placement' },
  { place: 'functions/records/methods', packages: ['valibot'] },
  { place: 'functions/scheduler/facts' },
  { place: 'functions/scheduler/filters' },
  { place: 'functions/scheduler/weights' },
  { place: 'functions/scheduler' },
  { place: 'functions/request-specs' },
  { place: 'functions/operations' },
  { place: 'functions/servers' },
  { place: 'functions/rpc', packages: LAMBDA },
  { place: 'functions/assemble-records.ts' },
  { place: 'functions/assemble.ts' },
  {
    place: 'functions/wiring.ts',
    packages: ['@aws-sdk/'],
    openTo: ['functions/workflow-wiring.ts', '.lambda.ts', 'cli/', 'local/'],
  },
  { place: 'functions/workflow-wiring.ts', openTo: ['.lambda.ts'] },
  { place: 'functions/object-rpc', packages: LAMBDA, openTo: ['local/'] },
  { place: 'functions/task-rpc/methods', packages: ['valibot'] },
  { place: 'functions/task-rpc', packages: LAMBDA },
  { place: 'functions/workflows' },
  { place: 'functions/reconciler' },
  { place: 'cli/deployment', packages: ['@aws-sdk/', 'commander'] },
  { place: 'cli/output', packages: ['commander'] },
  { place: 'cli/inventory', packages: ['@aws-sdk/', 'commander'] },
  { place: 'cli/cells', packages: ['commander'] },
  { place: 'cli/configuration', packages: ['commander', 'valibot'] },
  { place: 'cli/quotas', packages: ['commander'] },
  { place: 'cli/servers', packages: ['commander'] },
  { place: 'cli/catalogue', packages: ['commander'] },
  { place: 'cli/hosts', packages: ['commander'] },
  { place: 'cli/executions', packages: ['@aws-sdk/client-sfn', 'commander'] },
  { place: 'cli/queues', packages: ['commander'] },
  { place: 'cli/records', packages: ['commander'] },
  { place: 'cli/audit', packages: ['commander'] },
  { place: 'cli/placement', packages: ['commander'] },
  { place: 'cli/verify', packages: ['@aws-sdk/', 'commander'] },
  { place: 'cli/console/page', packages: ['htm', 'preact'] },
  { place: 'cli/console', packages: ['commander', 'esbuild'] },
  { place: 'cli', packages: ['commander'] },
  // The manifest of the emulator, which names its version.
  { place: 'local/dynamodb', openTo: ['local/'] },
  { place: 'local/runner', packages: ['jsonata'] },
  { place: 'local/fleet' },
  { place: 'local/emulation', packages: ['@aws-sdk/', 'aws-lambda', 'fauxqs', 'node_modules/fauxqs/dist/'] },
  { place: 'local/nova-compute' },
  { place: 'local/demo', packages: ['listr2'] },
  { place: 'local', packages: ['listr2'] },
  {
    place: 'lib',
    packages: ['aws-cdk-lib', 'cdk-nag', 'constructs', 'esbuild'],
    only: [
      'functions/configuration',
      'functions/ports/cell-uuid.ts',
      'functions/ports/conductor-queue.ts',
      'functions/ports/index-attribute.ts',
      'statemachines',
    ],
  },
];

/** The floor of a path: the longest place that it lies in. */
export function floorOf(path: string): number {
  const fitting = FLOORS.map(({ place }, at) => ({ place, at })).filter(
    ({ place }) => path === place || path.startsWith(`${place}/`),
  );
  return fitting.toSorted((one, other) => other.place.length - one.place.length)[0]?.at ?? -1;
}

const isOpen = ({ openTo }: Floor, path: string): boolean =>
  openTo === undefined || openTo.some((place) => path.startsWith(place) || path.endsWith(place));

/** What a file imports that its floor may not, in words that name both sides. */
export function floorViolations(file: SourceFile): string[] {
  const at = floorOf(file.path);
  const own = FLOORS[at];
  if (own === undefined) return [];
  return file.imports.flatMap((target) => {
    const found = refusal(file, own, at, target);
    return found === undefined ? [] : [`${file.path} imports ${target}: ${found}`];
  });
}

function refusal(file: SourceFile, own: Floor, at: number, target: string): string | undefined {
  if (target.startsWith('node:')) return undefined;
  if (!isInside(target)) {
    const known = own.packages?.some((name) => target.startsWith(name)) ?? false;
    return known ? undefined : `${own.place} brings no such package`;
  }
  const to = floorOf(target);
  const floor = FLOORS[to];
  if (floor === undefined) return 'it lies on no floor';
  if (to === at) return crossesWorkflows(file.path, target) ? 'a workflow imports nothing of another' : undefined;
  if (to > at) return `${floor.place} lies above ${own.place}`;
  if (!isOpen(floor, file.path)) return `${floor.place} is open to ${floor.openTo?.join(', ')} alone`;
  if (own.only?.includes(floor.place) === false) return `${own.place} imports ${own.only.join(', ')} alone`;
  const typesOnly = own.typesOf?.includes(floor.place) ?? false;
  return typesOnly && !file.typeImports.includes(target) ? `types alone come from ${floor.place}` : undefined;
}

const isInside = (target: string): boolean =>
  /^(?:statemachines|functions|client|cli|local|lib|test|scripts|docs)\//u.test(target);

/** A step never calls a step: what two workflows share lies outside of both folders. */
function crossesWorkflows(from: string, to: string): boolean {
  const folder = /^functions\/workflows\/([^/]+)\//u;
  const [own, other] = [folder.exec(from)?.[1], folder.exec(to)?.[1]];
  return own !== undefined && other !== undefined && own !== other;
}
