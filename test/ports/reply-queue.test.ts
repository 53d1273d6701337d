import { describe, expect, it } from 'vitest';
import { belongsToOne, isReplyQueue, replyPrefix } from '#ports/reply-queue';

describe('reply queues', () => {
  it('of a principal carry its hash, which the driver of computes writes as well', () => {
    expect(replyPrefix('AROAEXAMPLE:i-0abc')).toBe('reply_ab7fb15be7dcd29b68a1eba5_');
  });

  it('are named within the 80 characters of SQS, whatever the deployment is called', () => {
    const longest = `${'d'.repeat(31)}-${replyPrefix(`AROA${'X'.repeat(124)}:${'s'.repeat(64)}`)}0123456789ab`;

    expect(longest.length).toBeLessThanOrEqual(80);
  });

  it.each([
    [`${replyPrefix('AROA1')}p`, true, true],
    ['reply_0123456789abcdef0123456789abcdef', true, false],
    ['reply_', false, false],
    ['compute-task', false, false],
    ['cell-cell1-host-host1', false, false],
    ['reply_a/b', false, false],
  ])('%s: an answer may go there %s, it is one principal’s %s', (queue, answered, owned) => {
    expect([isReplyQueue(queue), belongsToOne(queue)]).toEqual([answered, owned]);
  });
});
