import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { ConsoleAuthToken } from '#objects/instance/console-auth-token';
import { cellTable } from '#records/keys';
import { textOf } from '#wire/reading';
import { callClass, callMethod, recordsOn, storedInstance, UUID } from '../../fixtures/records.ts';
import { rejected } from '../../fixtures/rejected.ts';
import { memoryTables } from '../../fixtures/tables.ts';

const CONSOLE = { console_type: 'novnc', host: 'host1', port: 5900, instance_uuid: UUID };

/** A server of host1, and what makes, asks for and counts tokens of its console. */
async function consoles() {
  const { tables } = memoryTables();
  const clock = new VirtualClock(Date.parse('2026-11-22T12:00:00Z'));
  const records = recordsOn(tables, { clock, writer: 'm-1' });
  const server = await storedInstance(records, { host: 'host1' });
  const authorize = async (ttl: number): Promise<string> => {
    const answer = await callMethod(records, ConsoleAuthToken.make(CONSOLE), 'authorize', { ttl });
    return Array.isArray(answer) ? (textOf(answer[1]) ?? '') : '';
  };
  const stored = async () => {
    const { items } = await tables.query(cellTable('cell1'), {
      partition: `instance#${UUID}`,
      sortPrefix: 'console-token#',
    });
    return items;
  };
  return {
    authorize,
    clock,
    records,
    server,
    stored,
    validate: (token: string) => callClass(records, 'ConsoleAuthToken', 'validate', token),
  };
}

describe('a token of a console', () => {
  it('opens it for as long as it was made for, and no longer', async () => {
    const { authorize, clock, validate } = await consoles();
    const token = await authorize(600);

    await clock.advance(599_000);
    const within = await validate(token);
    await clock.advance(1000);
    const after = await rejected(validate(token));

    expect(within).toMatchObject({ 'nova_object.data': { instance_uuid: UUID, host: 'host1' } });
    expect(after).toMatchObject({ cause: { name: 'InvalidToken' } });
  });

  it('is another one each time, also where one message asks for it twice, and is nowhere stored', async () => {
    const { authorize, stored } = await consoles();

    const tokens = [await authorize(600), await authorize(600)];

    expect(new Set(tokens).size).toBe(2);
    const kept = await stored();
    expect(kept).toHaveLength(2);
    expect(tokens.filter((token) => JSON.stringify(kept).includes(token))).toEqual([]);
  });

  it.each([
    ['of a host', 'clean_expired_console_auths_for_host', ['host1']],
    ['of a cell', 'clean_expired_console_auths', []],
  ])('goes when it has run out, and not before, where the tokens %s are looked through', async (_of, method, args) => {
    const { authorize, clock, records, stored, validate } = await consoles();
    await authorize(60);
    const good = await authorize(600);
    await clock.advance(60_000);

    await callClass({ ...records, hosts: ['host1'] }, 'ConsoleAuthToken', method, ...args);

    expect(await stored()).toHaveLength(1);
    expect(await validate(good)).toMatchObject({ 'nova_object.name': 'ConsoleAuthToken' });
  });

  it('goes with its server', async () => {
    const { authorize, records, server, stored } = await consoles();
    await authorize(600);

    await callMethod(records, server, 'destroy');

    expect(await stored()).toEqual([]);
  });
});

describe('a console that listens at an address, and not under the name of its host', () => {
  it('has tokens of its host, which that host finds when they have run out', async () => {
    const { clock, records, stored } = await consoles();
    const ofHost = { ...records, hosts: ['host1'] };
    const console = ConsoleAuthToken.make({ ...CONSOLE, host: '192.0.2.5' });
    const answer = await callMethod(ofHost, console, 'authorize', { ttl: 60 });
    const opened = await callClass(records, 'ConsoleAuthToken', 'validate', textOf([answer].flat()[1]) ?? '');

    await clock.advance(60_000);
    await callClass(ofHost, 'ConsoleAuthToken', 'clean_expired_console_auths');

    expect(opened).toMatchObject({ 'nova_object.data': { host: '192.0.2.5', port: 5900 } });
    expect(await stored()).toEqual([]);
  });
});
