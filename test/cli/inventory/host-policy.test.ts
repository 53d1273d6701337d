import { describe, expect, it } from 'vitest';
import { cellUuid } from '#ports/cell-uuid';
import { hostQueuePolicy } from '#cli/inventory/host-policy';
import { Names } from '../../../lib/names.ts';

describe('hostQueuePolicy', () => {
  it('lets the principals of the host read, from their own account, and nobody over plain transport', () => {
    const policy = hostQueuePolicy({
      queueArn: 'arn:aws:sqs:eu-west-1:123456789012:nova-conductor-cell-cell1-host-host1',
      account: '123456789012',
      principals: ['AROAEXAMPLEEXAMPLE00', 'AROAEXAMPLEEXAMPLE01:i-0abc'],
    });

    expect(policy).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Condition: {
            StringEquals: { 'aws:PrincipalAccount': '123456789012' },
            StringLike: { 'aws:userid': ['AROAEXAMPLEEXAMPLE00:*', 'AROAEXAMPLEEXAMPLE01:i-0abc'] },
          },
        },
        { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
    });
  });
});

describe('cellUuid', () => {
  it.each(['cell1', 'cell-two', 'a'])('of %s is what its stack computes', (cell) => {
    expect(cellUuid(`nova-conductor-cell-${cell}`)).toBe(new Names('nova-conductor').cellUuid(cell));
  });

  it('never changes: mappings of deployed cells have it', () => {
    expect(cellUuid('nova-conductor-cell-cell1')).toBe('b34fbf82-36a7-5b84-92b8-f1f7b0e3a9cc');
  });
});
