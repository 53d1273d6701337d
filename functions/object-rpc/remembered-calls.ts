import type { Json, JsonMap } from '#ports/json';
import { ItemTooLarge } from '#ports/tables';
import { servedCallItem } from '#records/items/waiting-call';
import { REQUESTS, servedCallKey } from '#records/keys';
import type { RecordMethods, Records, RemotableMethodDefinition } from '#records/method';
import { mapOf, plainText } from '#wire/reading';

/** Seconds for which a call is remembered; its caller waits for a minute. */
const KEPT = 86_400;

type MethodsOf = (type: string) => Promise<RecordMethods | undefined>;

/** Methods of the API level that change nothing. */
const READS = /^(?:get_|_load_|count_|validate$)/u;

/** Further methods that act on whatever is there. */
const OTHERS: ReadonlySet<string> = new Set([
  'BlockDeviceMapping.update_or_create',
  'ShareMapping.save',
  'ShareMapping.delete',
]);

/**
 * Carries a call of a publisher out once: when its message comes again, others may have changed or deleted since what it
 * has made. The repeat is answered what the call was answered.
 *
 * @param args of one of the methods that reach objects
 * @param methodsOf the methods of a type
 */
export async function onlyOnce(
  records: Records,
  args: JsonMap,
  methodsOf: MethodsOf,
  run: () => Promise<Json>,
): Promise<Json> {
  const { writer, tables, clock, last } = records;
  if (writer === undefined || !(await isRemembered(args, methodsOf))) return run();
  const key = servedCallKey(writer);
  const found = await tables.get(REQUESTS, key);
  if (found !== undefined) return servedCallItem(found).answer;
  const answer = await run();
  last?.(async () => {
    const expires_at = Math.floor(clock.now() / 1000) + KEPT;
    try {
      await tables.update(REQUESTS, key, { set: { answer, expires_at } });
    } catch (error) {
      if (!(error instanceof ItemTooLarge)) throw error;
    }
  });
  return answer;
}

/**
 * Whether a call has to be remembered by itself. Records of hosts and servers remember who wrote them; those of the API
 * level are gone once they are deleted, or are changed by what they are.
 */
async function isRemembered({ objname, objinst, objmethod }: JsonMap, methodsOf: MethodsOf): Promise<boolean> {
  const method = plainText(objmethod);
  const type = plainText(objname ?? mapOf(objinst)['nova_object.name']);
  if (OTHERS.has(`${type}.${method}`)) return true;
  const methods = (await methodsOf(type))?.[objname === undefined ? 'instance' : 'class'];
  return !READS.test(method) && authorityOf(methods, method) === 'api';
}

/** The rule of a method; undefined where there is no such method. */
function authorityOf(methods: RecordMethods['class' | 'instance'], name: string) {
  const own: Readonly<Record<string, RemotableMethodDefinition>> = methods ?? {};
  return Object.hasOwn(own, name) ? own[name]?.authority.rule : undefined;
}
