import { describe, expect, test } from 'vitest';
import { counted, OPERATIONS } from '../fixtures/counting/counted-moves.ts';

/**
 * What an operation may take: DynamoDB requests, SQS requests, state transitions and invocations until its host has
 * the order, then DynamoDB requests and transitions to its end, the object calls of the hosts included. A host's call
 * about a part of a server costs the read that shows whether it is at work on the server. The hosts are of release 26:
 * when one takes a server, the id of its node is looked up. At the end of an evacuation it is looked up what lies
 * below the nodes of both hosts.
 */
const BUDGETS = {
  'live-migrate': [21, 6, 5, 7, 70, 7],
  'live-migrate, forced': [25, 6, 5, 7, 74, 7],
  resize: [18, 4, 4, 5, 62, 6],
  rebuild: [19, 3, 3, 4, 31, 5],
  evacuate: [20, 3, 3, 4, 48, 5],
  unshelve: [22, 3, 5, 5, 37, 7],
} as const;

describe('the way of an operation on a server', () => {
  test.each(Object.entries(BUDGETS))('%s stays within what it may take', async (name, budget) => {
    const { order, end } = await counted(name);

    const took = [order.requests, order.sqs, order.transitions, order.invocations, end.requests, end.transitions];
    expect(Math.min(...took)).toBeGreaterThan(0);
    for (const [at, most] of budget.entries()) expect.soft(took[at]).toBeLessThanOrEqual(most);
  });

  test('every operation that is counted has a budget', () => {
    expect(Object.keys(BUDGETS)).toEqual(Object.keys(OPERATIONS));
  });
});
