import { lookedUp } from '#records/lookup';
import { createHash } from 'node:crypto';
import { InvalidToken, ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { ConsoleAuthToken } from '#objects/instance/console-auth-token';
import type { Item, Key } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { tableOf } from '#records/cell-table';
import { createRecord } from '#records/create-record';
import { instanceKey } from '#records/keys';
import { integer, text } from '#records/arguments';
import { API_ONLY, THEIRS, atWork, ownHost } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { hostsOfCell } from '#records/hosts/services-of-kind';
import { present } from '#records/stamp';
import { attributesOf, loadObject, refreshObject, textOf } from '#records/stored-object';
import { consoleTokenItem } from '#records/items/console-token';

/** Only the token's hash is stored: who reads the table cannot open a console. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

const tokenKey = (instance: string, hash: string): Key => ({
  pk: instanceKey(instance).pk,
  sk: `console-token#${hash}`,
});

const withHash = (hash: string): string => `console-token#${hash}`;

const STORED: readonly string[] = ConsoleAuthToken.fieldNames.filter(
  (name) => name !== 'token' && name !== 'access_url_base',
);

/**
 * Whose token it is, so that its host finds it once it has run out: an object names the address at which the console
 * listens (ComputeManager `get_vnc_console`), which is not a host's name.
 */
function hostOf({ hosts = [] }: Records, object: AnyObject): string {
  const address = textOf(object, 'host') ?? '';
  return hosts.includes(address) ? address : (hosts[0] ?? address);
}

/**
 * Makes a token that lives for `ttl` seconds. It is random, so that it cannot be derived from what is stored; a repeat
 * of the message makes another one.
 */
async function authorize(records: Records, object: AnyObject, ttl: number): Promise<unknown> {
  if (object.isSet('id'))
    throw new ObjectActionError({ action: 'authorize', reason: 'must be a new object to authorize' });
  const table = tableOf(records);
  const token = records.ids.uuid();
  const hash = hashOf(token);
  const host = hostOf(records, object);
  const expires = Math.floor(records.clock.now() / 1000) + ttl;
  const item = await createRecord(
    records,
    table,
    tokenKey(textOf(object, 'instance_uuid') ?? '', hash),
    {
      internal_access_path: null,
      ...attributesOf(object, object.changes),
      id: await records.counter.nextId(records.tables, table, 'console_auth_tokens'),
      created_at: present(records),
      updated_at: null,
      expires,
      by_host: host,
      by_host_sort: `console-token#${expires}#${hash}`,
      lookup: withHash(hash),
      lookup_sort: host,
    },
    () => new InvalidToken(),
  );
  object.assign('token', token);
  refreshObject(object, item, STORED);
  return token;
}

async function validate(records: Records, token: string): Promise<AnyObject> {
  const partition = withHash(hashOf(token));
  const [item] = await lookedUp(records.tables, tableOf(records), [partition]);
  if (item === undefined || consoleTokenItem(item).expires <= records.clock.now() / 1000) throw new InvalidToken();
  const object = loadObject(ConsoleAuthToken, item, STORED);
  object.set('token', token);
  return object.resetChanges();
}

const drop = async (records: Records, items: readonly Item[]): Promise<null> => {
  const table = tableOf(records);
  await Promise.all(items.map((item) => records.tables.delete(table, { pk: item.pk, sk: item.sk })));
  return null;
};

async function dropExpired(records: Records, hosts: readonly string[]): Promise<null> {
  const now = records.clock.now() / 1000;
  const found = await Promise.all(
    hosts.map((host) =>
      allPages(records.tables, tableOf(records), { index: 'by-host', partition: host, sortPrefix: 'console-token#' }),
    ),
  );
  return drop(
    records,
    found.flat().filter((item) => consoleTokenItem(item).expires <= now),
  );
}

export const consoleAuthToken: RecordMethods = {
  instance: {
    authorize: instanceMethod(
      { schema: { ttl: integer }, authority: atWork('instance_uuid') },
      (records, object, { ttl }) => authorize(records, object, ttl),
    ),
  },
  class: {
    validate: classMethod({ schema: { token: text }, authority: API_ONLY }, (records, { token }) =>
      validate(records, token),
    ),
    clean_console_auths_for_instance: classMethod(
      { schema: { instance_uuid: text }, authority: atWork('instance_uuid') },
      async (records, { instance_uuid }) => {
        const query = { partition: instanceKey(instance_uuid).pk, sortPrefix: 'console-token#' };
        return drop(records, await allPages(records.tables, tableOf(records), query));
      },
    ),
    clean_expired_console_auths: classMethod({ schema: {}, authority: THEIRS }, async (records) =>
      dropExpired(records, records.hosts ?? (await hostsOfCell(records))),
    ),
    clean_expired_console_auths_for_host: classMethod(
      { schema: { host: text }, authority: ownHost('host') },
      (records, { host }) => dropExpired(records, [host]),
    ),
  },
};
