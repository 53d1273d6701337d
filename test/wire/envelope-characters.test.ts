import { describe, expect, it } from 'vitest';
import { checkedTexts } from '#adapters/message-size';
import { parseEnvelope, replyEnvelope, requestEnvelope } from '#wire/envelope';
import { CONTEXT } from '../fixtures/records.ts';

/** A user's text with what SQS takes in no body. */
const TEXT = `a name ${String.fromCharCode(0xfffe, 0xffff, 0x0, 0x1f)} of a server`;

describe('a text with characters that SQS refuses', () => {
  it('is sent in a request, and arrives as it was', () => {
    const body = requestEnvelope({
      method: 'm',
      version: '1.0',
      args: { text: TEXT },
      context: CONTEXT,
      uniqueId: 'u',
    });

    expect(() => {
      checkedTexts({ body });
    }).not.toThrow();
    expect(parseEnvelope(body)).toMatchObject({ args: { text: TEXT } });
  });

  it('is sent in a reply, and arrives as it was', () => {
    const body = replyEnvelope('message', 'u', { text: TEXT }, null);

    expect(() => {
      checkedTexts({ body });
    }).not.toThrow();
    expect(parseEnvelope(body)).toMatchObject({ result: { text: TEXT } });
  });
});
