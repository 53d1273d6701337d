import { describe, expect, it } from 'vitest';
import { checkSizes, fitsDocument } from '#operations/document-size';
import type { OperationDocument } from '#operations/operation-document';
import { CONTEXT } from '../fixtures/records.ts';
import { requestSpec } from '../fixtures/request-spec.ts';

/** A document of so many bytes of JSON. */
const sized = (bytes: number): OperationDocument => {
  const document = { context: CONTEXT, arguments: { file: '' } };
  return { ...document, arguments: { file: 'x'.repeat(bytes - JSON.stringify(document).length) } };
};
const SMALL = sized(1000);
const servers = (count: number) => Array.from({ length: count }, (_, at) => ({ uuid: `u${at}`, document: null }));

describe('a request', () => {
  it.each([
    ['of 290,000 bytes is kept', sized(290_000), servers(1)],
    ['of 2,500 servers is kept', SMALL, servers(2500)],
  ])('%s', (_title, common, instances) => {
    expect(() => checkSizes(common, instances)).not.toThrow();
  });

  it.each([
    [
      'of more bytes, refused with what takes them',
      sized(290_001),
      servers(1),
      /all servers share.*290001 bytes.*290000/u,
    ],
    ['of more servers, refused with how many they are', SMALL, servers(2501), /2501 servers.*2500/u],
    [
      'for a server of which more is sent, refused by name',
      SMALL,
      [
        ...servers(1),
        {
          uuid: 'u9',
          document: { request_spec: requestSpec(), build_request: null, reschedule: { a: 'x'.repeat(290_000) } },
        },
      ],
      /instance u9/u,
    ],
  ])('is refused %s', (_title, common, instances, message) => {
    expect(() => checkSizes(common, instances)).toThrow(
      expect.objectContaining({ name: 'RequestTooLarge', message: expect.stringMatching(message) }),
    );
  });

  it('fits by the same measure, in bytes of UTF-8', () => {
    const wide = { ...SMALL, arguments: { file: 'é'.repeat(150_000) } };

    expect([sized(290_000), sized(290_001), wide, null].map(fitsDocument)).toEqual([true, false, false, true]);
  });
});
