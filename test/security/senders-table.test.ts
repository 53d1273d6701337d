import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { objectQueue } from '#object-rpc/object-queue';
import { objectUrl } from '#object-rpc/object-url';
import { replyPrefix } from '#ports/reply-queue';
import { urlLagKey } from '#records/keys';
import type { RequestContext } from '#ports/context';
import { parseEnvelope, requestEnvelope } from '#wire/envelope';
import { CELLS } from '../fixtures/build-world.ts';
import { deployed, principalEvent } from '../fixtures/deployed/deployed-principals.ts';
import { urlEvent } from '../fixtures/endpoints/url-event.ts';
import { argumentsOf, METHODS, objectOf, type Listed } from './authority-calls.ts';

const [CELL] = CELLS;

const CONTEXT: RequestContext = {
  request_id: 'req-1',
  user_id: null,
  project_id: null,
  is_admin: true,
  read_deleted: 'no',
  timestamp: '2026-11-22T12:00:00.000000',
};

/** Who sends where, and the errors of the answers: none for one that is not answered at all. */
const SENDERS = [
  ['a stranger', 'AROAstranger:s', CELL, []],
  ['a stranger that claims to be the host', 'AROAstranger:host1', CELL, []],
  ['a stranger to the API level', 'AROAstranger:s', undefined, []],
  ['a host of another cell', 'AROAhost4:s', CELL, ['Forbidden']],
  ['a host to the API level', 'AROAhost1:s', undefined, ['Forbidden']],
] as const;

let at: Awaited<ReturnType<typeof deployed>>;
beforeAll(async () => {
  at = await deployed();
});

/** A call of a method about the server of host1, its host and what belongs to them. */
function bodyOf(listed: Listed, uuid: string, queue: string): string {
  const owner = { host: 'host1', uuid, id: 1 };
  const kwargs = argumentsOf(listed, owner);
  const call =
    listed.kind === 'class'
      ? {
          method: 'object_class_action_versions',
          args: {
            objname: listed.type.name,
            objmethod: listed.method,
            object_versions: { [listed.type.name]: listed.type.version },
            args: [],
            kwargs,
          },
        }
      : {
          method: 'object_action',
          args: { objinst: objectOf(listed, owner), objmethod: listed.method, args: [], kwargs },
        };
  return requestEnvelope({
    ...call,
    version: '3.0',
    context: CONTEXT,
    uniqueId: `${listed.name}-${queue}`,
    reply: { queue, messageId: 'm' },
  });
}

/** The error that an answer holds. */
function errorOf(body: string): string | undefined {
  const reply = parseEnvelope(body);
  return /"class": ?"(\w+)"/u.exec(reply.kind === 'reply' ? (reply.failure ?? '') : '')?.[1];
}

describe.each(SENDERS)('%s', (_who, sender, cell, expected) => {
  const replies = `${replyPrefix(sender)}p`;

  it.each(METHODS.map((listed) => [listed.name, listed] as const))('gets nothing of %s', async (_name, listed) => {
    const { world, uuid, services } = at;
    const { queues, tables } = world.platform;
    queues.create(replies);
    const before = JSON.stringify(tables.dump());
    const log = new MemoryLog();

    const outcomes = await objectQueue(
      { ...services, log },
      cell,
    )(principalEvent(bodyOf(listed, uuid, replies), sender, { sender: 'AROAhost1' }));

    const answers = queues.receive(replies).map(({ receiptHandle, body }) => {
      queues.delete(replies, receiptHandle);
      return errorOf(body);
    });
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled']);
    expect(answers).toEqual(expected);
    expect(log.counts.get('unknown_senders')).toBe(expected.length === 0 ? 1 : undefined);
    expect(JSON.stringify(tables.dump())).toBe(before);
  });
});

/** The same by the function URL of a cell: the status and the errors of the answers. */
const SENDERS_OF_A_URL = [
  ['a stranger', 'AROAstranger:s', 403, []],
  ['a stranger that claims to be the host', 'AROAstranger:host1', 403, []],
  ['a host of another cell', 'AROAhost4:s', 200, ['Forbidden']],
] as const;

describe.each(SENDERS_OF_A_URL)('%s at the function URL', (_who, sender, status, expected) => {
  const replies = `${replyPrefix(sender)}p`;

  it.each(METHODS.map((listed) => [listed.name, listed] as const))('gets nothing of %s', async (_name, listed) => {
    const { world, uuid, services } = at;
    const { tables } = world.platform;
    // That somebody was served is noted, and nothing else.
    const kept = () =>
      JSON.stringify(
        Object.values(tables.dump())
          .flat()
          .filter(({ pk }) => pk !== urlLagKey.pk),
      );
    const before = kept();
    const body = bodyOf(listed, uuid, replies);
    const event = urlEvent(body, { userId: sender, headers: { 'x-sender': 'AROAhost1' }, at: services.clock.now() });

    const answer = await objectUrl(services, CELL)(event);

    expect(answer.statusCode).toBe(status);
    expect(status === 200 ? [errorOf(answer.body)] : []).toEqual(expected);
    expect(kept()).toBe(before);
  });
});
