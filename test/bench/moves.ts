import { counted, OPERATIONS } from '../fixtures/counting/counted-moves.ts';
import type { Counts } from '../fixtures/counting/counted-platform.ts';
import type { Cell, Report } from './report.ts';

/** Requests and transitions of operations on a server that is there; the same on every machine. */
export async function moves(say: (text: string) => void): Promise<Report> {
  const rows: Cell[][] = [];
  for (const name of Object.keys(OPERATIONS)) {
    say(name);
    const { order, end } = await counted(name);
    rows.push([name, ...cells(order), ...cells(end)]);
  }
  const title = 'Operations on a server, from the message to the order of its host, and to the end';
  return { part: 'moves', missed: [], tables: [{ title, columns: COLUMNS, rows, notes: NOTES }] };
}

const cells = ({ requests, sqs, transitions, invocations }: Counts): Cell[] => [
  requests,
  sqs,
  transitions,
  invocations,
];

const COLUMNS = [
  'operation',
  'requests',
  'SQS',
  'transitions',
  'invocations',
  'requests to the end',
  'SQS to the end',
  'transitions to the end',
  'invocations to the end',
];

const NOTES = [
  'In memory, without incident, after others of the same kind. To the order: what the conductor does by itself until it only',
  'waits. To the end: with all object calls of the hosts. Requests: to DynamoDB. SQS: what the functions send, and what is',
  'received and deleted for them. Invocations: of steps, and of the functions behind queues.',
];
