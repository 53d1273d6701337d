import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { KeptConnections, type TransportOptions } from '#adapters/openstack/transport';
import { startHttpService } from '../../fixtures/endpoints/http-service.ts';

const pem = (name: string): string => readFileSync(new URL(`../../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');

describe('connections to services', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  const transportWith = (options: TransportOptions) => {
    const transport = new KeptConnections(options);
    ends.push(() => transport.close());
    const get = (url: string) => transport.send({ method: 'GET', url: new URL(url), headers: {}, answerMs: 2000 });
    return { transport, get };
  };

  /** A service that counts its connections. */
  const startCounting = async () => {
    const service = await startHttpService(() => ({ status: 200, body: {} }));
    ends.push(() => service.stop());
    const ports = () => new Set(service.requests.map(({ peerPort }) => peerPort)).size;
    return { url: service.url, ports };
  };

  it('are kept from one call to the next', async () => {
    const { url, ports } = await startCounting();
    const { get } = transportWith({});

    await get(url);
    await get(url);

    expect(ports()).toBe(1);
  });

  it('are made anew after a sleep, which may have ended them', async () => {
    const { url, ports } = await startCounting();
    let now = 1_000_000;
    const { get } = transportWith({ now: () => now });
    await get(url);
    now += 5000;

    await get(url);

    expect(ports()).toBe(2);
  });

  it('trust an authority of the operator’s, and nobody else’s', async () => {
    const server = createServer({ key: pem('server-key'), cert: pem('server') }, (_, outgoing) => outgoing.end('{}'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    const url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
    const [trusting, strange] = [transportWith({ ca: pem('authority') }), transportWith({})];

    const answer = await trusting.get(url);

    expect(answer).toMatchObject({ status: 200, text: '{}' });
    await expect(strange.get(url)).rejects.toMatchObject({
      name: 'NoAnswer',
      message: expect.stringContaining('UNABLE_TO'),
    });
  });
});
