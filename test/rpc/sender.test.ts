import { describe, expect, it } from 'vitest';
import { MemoryTables } from '#adapters/memory/tables';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { DEFAULTS } from '#ports/configuration';
import type { Tables } from '#ports/tables';
import { MAPPINGS, principalKey } from '#records/keys';
import { principalItem, type Principal } from '#records/principals';
import { watching } from '../fixtures/watching.ts';
import type { Delivery } from '#rpc/delivery';
import { ownPulse } from '#rpc/pulse';
import { mustBeKnown, Senders } from '#rpc/sender';
import { CONDUCTOR_SENDER, pulseBody } from '#wire/pulse';

const HOST: Principal = { principal: 'AROAHOST1', role: 'host', hosts: ['host1'] };
const INSTANCE: Principal = { principal: 'AROAPROFILE:i-2', role: 'host', hosts: ['host2'] };
const API: Principal = { principal: 'AROAAPI', role: 'publisher', hosts: [] };
const OPERATOR: Principal = { principal: 'AROAOPS', role: 'operator', hosts: [] };
const FENCER: Principal = { principal: 'AROAFENCE', role: 'fencing-agent', hosts: [] };

async function senders(requirePrincipals = true): Promise<Senders> {
  const tables = new MemoryTables();
  for (const each of [HOST, INSTANCE, API, OPERATOR, FENCER]) await tables.put(MAPPINGS, principalItem(each));
  return new Senders({ tables, clock: new VirtualClock(), config: { ...DEFAULTS, requirePrincipals } });
}

/** Senders whose reads of the tables are written down, by key. */
async function counted() {
  const [tables, clock, asked] = [new MemoryTables(), new VirtualClock(), new Array<string>()];
  for (const each of [HOST, INSTANCE]) await tables.put(MAPPINGS, principalItem(each));
  const watched = watching<Tables>(tables, {
    get: async (table, key) => {
      asked.push(key.pk);
      return tables.get(table, key);
    },
  });
  const who = new Senders({ tables: watched, clock, config: { ...DEFAULTS, requirePrincipals: true } });
  return { who, tables, clock, asked };
}

const from = (principal: string | undefined, sender?: string): Delivery => ({
  id: '1',
  body: '{}',
  attributes: sender === undefined ? {} : { sender },
  sentAt: 0,
  principal,
});

describe('Senders', () => {
  it.each([
    ['a role of a host, with any session', 'AROAHOST1:some-session', ['host1'], false],
    ['an instance of an instance profile', 'AROAPROFILE:i-2', ['host2'], false],
    ['another instance of that profile', 'AROAPROFILE:i-3', undefined, true],
    ['a publisher', 'AROAAPI:task', undefined, false],
    ['a fencing agent, who speaks for no host and is no publisher', 'AROAFENCE:agent', [], false],
    ['a stranger', 'AROANOBODY:x', undefined, true],
    ['nobody', undefined, undefined, true],
  ])('know %s', async (_who, principal, hosts, unknownSender) => {
    const identified = await (await senders()).identify(from(principal));

    expect(identified).toMatchObject({ hosts, unknownSender });
  });

  it('believe no attribute of a host or a publisher, and that of an operator who redrives', async () => {
    const who = await senders();

    const claimed = await who.identify(from('AROAHOST1:s', 'AROAAPI'));
    const redriven = await who.identify(from('AROAOPS:s', 'AROAHOST1:s'));
    const unknown = await who.identify(from('AROAOPS:s', 'AROAGONE:s'));

    expect(claimed.hosts).toEqual(['host1']);
    expect(redriven).toMatchObject({ hosts: ['host1'], principal: 'AROAHOST1:s', unknownSender: false, ours: false });
    expect(unknown.unknownSender).toBe(true);
  });

  it('know a stranger ten seconds after it was registered, and a host that is registered no more after a minute', async () => {
    const { who, tables, clock } = await counted();
    const stranger = await who.identify(from('AROANEW:s'));
    await who.identify(from('AROAHOST1:s'));
    await tables.put(MAPPINGS, principalItem({ principal: 'AROANEW', role: 'host', hosts: ['host3'] }));
    await tables.delete(MAPPINGS, principalKey('AROAHOST1'));

    await clock.advance(10_001);
    const [registered, removed] = [await who.identify(from('AROANEW:s')), await who.identify(from('AROAHOST1:s'))];
    await clock.advance(50_000);
    const gone = await who.identify(from('AROAHOST1:s'));

    expect([stranger, registered, removed, gone].map(({ hosts }) => hosts)).toEqual([
      undefined,
      ['host3'],
      ['host1'],
      undefined,
    ]);
  });

  it('are asked for once each, and together, however many messages of a batch they sent', async () => {
    const tables = new MemoryTables();
    const asked: string[] = [];
    let [waiting, most] = [0, 0];
    const watched = watching<Tables>(tables, {
      get: async (table, key) => {
        asked.push(key.pk);
        most = Math.max(most, (waiting += 1));
        const item = await tables.get(table, key);
        waiting -= 1;
        return item;
      },
    });
    const who = new Senders({
      tables: watched,
      clock: new VirtualClock(),
      config: { ...DEFAULTS, requirePrincipals: true },
    });
    const batch = ['AROA1', 'AROA2', 'AROA1', 'AROA3', 'AROA2'].map((principal) => from(principal));

    const identified = await who.identifyAll(batch);

    expect(identified.map(({ principal }) => principal)).toEqual(batch.map(({ principal }) => principal));
    expect(asked).toHaveLength(3);
    expect(most).toBe(3);
  });

  it('are asked for by one request a minute when their role as a whole is registered, after the first', async () => {
    const { who, clock, asked } = await counted();
    await who.identify(from('AROAHOST1:s'));
    asked.length = 0;

    for (let minute = 1; minute <= 9; minute += 1) {
      await clock.advance(60_001);
      await who.identify(from('AROAHOST1:s'));
    }

    expect(asked).toEqual(Array.from({ length: 9 }, () => principalKey('AROAHOST1').pk));
  });

  it('count by the session that is registered beside its role, after ten minutes at most', async () => {
    const { who, tables, clock } = await counted();
    await who.identify(from('AROAHOST1:s'));
    await tables.put(MAPPINGS, principalItem({ principal: 'AROAHOST1:s', role: 'host', hosts: ['host9'] }));

    await clock.advance(600_001);
    const identified = await who.identify(from('AROAHOST1:s'));

    expect(identified.hosts).toEqual(['host9']);
  });

  it('count by the session a minute after their role as a whole is taken away', async () => {
    const { who, tables, clock } = await counted();
    await who.identify(from('AROAHOST1:s'));
    await tables.put(MAPPINGS, principalItem({ principal: 'AROAHOST1:s', role: 'host', hosts: ['host9'] }));
    await tables.delete(MAPPINGS, principalKey('AROAHOST1'));

    await clock.advance(60_001);
    const identified = await who.identify(from('AROAHOST1:s'));

    expect(identified.hosts).toEqual(['host9']);
  });

  it('let everybody in where principals are not required, as emulators have none', async () => {
    const identified = await (await senders(false)).identify(from('whoever'));

    expect(identified).toMatchObject({ hosts: undefined, unknownSender: false });
  });

  it('name the unknown sender that is refused', async () => {
    const unknownSender = await (await senders()).identify(from('AROANOBODY:x'));

    expect(() => mustBeKnown(unknownSender)).toThrow('AROANOBODY:x is not known to this deployment');
  });
});

describe('a pulse of ours', () => {
  const pulse = async (sentAt: number, principal = CONDUCTOR_SENDER) =>
    ownPulse(await (await senders(false)).identify({ ...from(principal), body: pulseBody(5000), sentAt }));

  it('counts from when it was first sent, also where it is sent again', async () => {
    expect(await pulse(90_000)).toBe(5000);
  });

  it('proves nothing of a time after the queue got it', async () => {
    expect(await pulse(4000)).toBe(4000);
  });

  it('is none where somebody else sends it', async () => {
    expect(await pulse(5000, 'AROAHOST1:s')).toBeUndefined();
  });
});
