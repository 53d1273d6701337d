import type { Json } from '#ports/json';
import { ItemTooLarge } from '#ports/tables';
import { servedCallItem } from '#records/items/waiting-call';
import { REQUESTS, servedCallKey } from '#records/keys';
import type { Records, RemotableMethodDefinition } from '#records/method';

/** Seconds for which a call is remembered; its caller waits for a minute. */
const KEPT = 86_400;

/** Methods of the API level that change nothing. */
const READS = /^(?:get_|_load_|count_|validate$)/u;

/** Further methods that act on whatever is there. */
const OTHERS: ReadonlySet<string> = new Set([
  'BlockDeviceMapping.update_or_create',
  'ShareMapping.save',
  'ShareMapping.delete',
]);

/**
 * Whether a call has to be remembered by itself. Records of hosts and servers remember who wrote them; those of the API
 * level are gone once they are deleted, or are changed by what they are.
 */
const isRemembered = (type: string, name: string, method: RemotableMethodDefinition | undefined): boolean =>
  (method?.authority.rule === 'api' && !READS.test(name)) || OTHERS.has(`${type}.${name}`);

/**
 * Carries a call of a publisher, which comes by a queue, out once: when its message comes again, others may have changed
 * or deleted since what it has made. The repeat is answered what the call was answered.
 */
export async function onlyOnce(
  records: Records,
  {
    type,
    name,
    method,
  }: { readonly type: string; readonly name: string; readonly method: RemotableMethodDefinition | undefined },
  run: () => Promise<Json>,
): Promise<Json> {
  const { writer, hosts, direct, tables, clock, last } = records;
  const mayRepeat = writer !== undefined && hosts === undefined && direct !== true && last !== undefined;
  if (!mayRepeat || !isRemembered(type, name, method)) return run();
  const key = servedCallKey(writer);
  const found = await tables.get(REQUESTS, key);
  if (found !== undefined) return servedCallItem(found).answer;
  const answer = await run();
  last(async () => {
    const expires_at = Math.floor(clock.now() / 1000) + KEPT;
    try {
      await tables.update(REQUESTS, key, { set: { answer, expires_at } });
    } catch (error) {
      if (!(error instanceof ItemTooLarge)) throw error;
    }
  });
  return answer;
}
