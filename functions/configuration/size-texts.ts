import type { OptionText } from './option-text.ts';
import type { SIZE_OPTIONS } from './sizes.ts';

const SYNTHESIS = 'synthesis';

/** Of the sizes of functions, and of what calls a person. */
export const SIZE_TEXTS: Readonly<Record<keyof typeof SIZE_OPTIONS, OptionText>> = {
  taskConcurrency: {
    says: 'How many functions take commands from `compute-task` at a time, so that a backlog of them leaves the others their share of the account.',
    readBy: SYNTHESIS,
    unit: 'functions',
  },
  objectConcurrency: {
    says: 'The same of each conductor queue.',
    readBy: SYNTHESIS,
    unit: 'functions',
  },
  reservedObjectConcurrency: {
    says: 'Reserved from the concurrency of the account for the object function of each cell, so that heartbeats are heard whatever else runs; unset, nothing is: see docs/accounts.md.',
    readBy: SYNTHESIS,
    unit: 'functions',
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
