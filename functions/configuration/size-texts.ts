import type { OptionText } from './option-text.ts';
import type { SIZE_OPTIONS } from './sizes.ts';

const SYNTHESIS = 'synthesis';

/** Of the sizes of functions, and of what calls a person. */
export const SIZE_TEXTS: Readonly<Record<keyof typeof SIZE_OPTIONS, OptionText>> = {
  taskConcurrency: {
    says: 'How many batches of commands are in hand at once: a backlog of them leaves the rest of the account to the heartbeats.',
    readBy: 'the event source of task-rpc',
    unit: 'batches',
  },
  objectConcurrency: {
    says: 'How many batches of object calls are in hand at once, of the API level and of each cell: a backlog of one leaves the others alone.',
    readBy: 'the event sources of object-rpc',
    unit: 'batches',
  },
  objectReservation: {
    says: "Concurrency that is taken from the account for each cell's object calls, and that they never exceed; unset, none. The account must keep 100 for its other functions.",
    readBy: "a cell's object-rpc",
    unit: 'invocations',
  },
  directHosts: {
    says: "How many hosts of a cell make direct calls: the concurrency that is taken from the account for each cell's function URL is computed from it.",
    readBy: "a cell's object-url",
    unit: 'hosts',
  },
  functionMemory: {
    says: 'Memory of every function but task-rpc.',
    readBy: SYNTHESIS,
    unit: 'MB',
  },
  taskMemory: {
    says: 'Memory of task-rpc. A request for 1,000 servers lies in it some four times over.',
    readBy: SYNTHESIS,
    unit: 'MB',
  },
  stepSeconds: {
    says: 'Time-out of a step that has no longer one of its own.',
    readBy: SYNTHESIS,
    unit: 'seconds',
  },
  taskSeconds: {
    says: 'Time-out of task-rpc, inside the two minutes for which its messages stay hidden.',
    readBy: SYNTHESIS,
    unit: 'seconds',
  },
  logDays: {
    says: 'How long logs of functions and workflows are kept.',
    readBy: SYNTHESIS,
    unit: 'days',
  },
  alarmMessageAge: {
    says: 'Age of the oldest message of a queue that calls a person; that of cells is `serviceDownTime`.',
    readBy: SYNTHESIS,
    unit: 'seconds',
  },
  alarmWaitingServer: {
    says: 'How long a server may be in transition before a person is called.',
    readBy: SYNTHESIS,
    unit: 'seconds',
  },
};
