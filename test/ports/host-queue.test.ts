import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostQueue } from '#ports/host-queue';

describe('hostQueue', () => {
  test.each([
    ['cell1', 'host1', 'cell-cell1-host-host1'],
    ['cell1', 'node-7.example.net', 'cell-cell1-host-node-7_2eexample_2enet'],
    ['cell1', 'a_b', 'cell-cell1-host-a_5fb'],
    ['a-host-b', 'c', 'cell-a_2dhost-b-host-c'],
  ])('cell %s and host %s have queue %s', (cell, host, expected) => {
    const queue = hostQueue(cell, host);

    expect(queue).toBe(expected);
  });

  test('a long name ends in a digest and stays within what SQS takes', () => {
    const queue = hostQueue('cell1', 'x'.repeat(200));

    expect(queue).toMatch(/^cell-cell1-host-x{22}__[0-9a-f]{16}$/);
  });

  test('two hosts never share a queue, and every queue has a name that SQS takes', () => {
    const cell = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
    const host = fc.oneof(fc.stringMatching(/^[a-z0-9._-]{1,12}$/), fc.string({ minLength: 1, maxLength: 80 }));

    fc.assert(
      fc.property(cell, host, cell, host, (cellA, hostA, cellB, hostB) => {
        const [a, b] = [hostQueue(cellA, hostA), hostQueue(cellB, hostB)];
        expect(a).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
        expect(a === b).toBe(cellA === cellB && hostA === hostB);
      }),
    );
  });
});
