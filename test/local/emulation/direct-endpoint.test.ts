import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CellUrls } from '#local/emulation/cell-urls';
import { openDirectEndpoint } from '#local/emulation/direct-endpoint';
import type { LoopbackServer } from '#local/emulation/loopback-server';
import type { UrlAnswer } from '#object-rpc/object-url';
import { seededIds } from '#adapters/memory/ids';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import type { Json } from '#ports/json';
import { urlRequest } from '#rpc/url-request';

/** Answers who spoke, to which address and what. */
async function echo(event: Json): Promise<UrlAnswer> {
  const { delivery, url } = urlRequest(event, false);
  if (delivery.body === 'throw') throw new Error('the function failed');
  return { statusCode: 200, headers: {}, body: `${delivery.principal} ${url} ${delivery.body}` };
}

const errors: unknown[] = [];
let endpoint: LoopbackServer;
beforeAll(async () => {
  const urls = new CellUrls({ clock: new VirtualClock(), ids: seededIds(0) });
  urls.serve('cell1', echo, (error) => errors.push(error));
  endpoint = await openDirectEndpoint(urls);
});
afterAll(() => endpoint.stop());

async function post(path: string, body: string): Promise<[status: number, text: string]> {
  const headers = { 'x-sender': 'host:host1' };
  const answer = await fetch(`${endpoint.endpoint}${path}`, { method: 'POST', headers, body });
  return [answer.status, await answer.text()];
}

describe('the function URLs of a local world', () => {
  it('answer as the function of the cell does, and pass it the sender', async () => {
    expect(await post('/cell1', 'text')).toEqual([200, 'host:host1 https://cell1.lambda-url.local.on.aws/ text']);
  });

  it('answer 502 for a function that fails, as Lambda does', async () => {
    expect(await post('/cell1', 'throw')).toEqual([502, 'Internal Server Error']);
    expect(errors).toHaveLength(1);
  });

  it('answer 404 for a cell that has none', async () => {
    const [status, text] = await post('/cell2', 'text');

    expect(status).toBe(404);
    expect(text).toContain('no function URL of a cell cell2');
  });
});
