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
  'live-migrate': [22, 6, 5, 7, 72, 7],
  'live-migrate, forced': [26, 6, 5, 7, 76, 7],
  resize: [19, 4, 4, 5, 65, 6],
  rebuild: [20, 3, 3, 4, 34, 5],
  evacuate: [21, 3, 3, 4, 51, 5],
  unshelve: [23, 3, 5, 5, 40, 7],
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
