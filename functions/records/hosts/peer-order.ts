import * as v from 'valibot';
import { HostMappingNotFound } from '#errors';
import { mayOrderPeer, withoutInstance } from '#conductor/peer-orders';
import type { Json, JsonMap } from '#ports/json';
import { allPages } from '../all-pages.ts';
import { nullableText, parseArguments, text } from '../arguments.ts';
import { mayNot } from '../authority/conditions.ts';
import { tableOf } from '../cell-table.ts';
import { migrationItem } from '../items/migration.ts';
import { instanceKey, MAPPINGS, principalKey } from '../keys.ts';
import type { Records } from '../method.ts';
import { MIGRATION_SORT } from '../migration-index.ts';
import { readPrincipal } from '../principals.ts';
import { cellOfHost } from './host-cell.ts';

const SPEAKER = v.object({ host: text, sender: text });
const ORDER = v.object({ host: text, sender: text, method: text, instance_uuid: nullableText });

/**
 * Answers a host whether it carries out what another one orders, by the records of its cell: who the sender is by the
 * registered principals, and which hosts the server's migrations name. The order itself is not believed.
 *
 * @param args - `host` asks; `sender` is the principal by SQS's word; `method` is of Nova's compute RPC;
 *   `instance_uuid` is the server's, null for an order that names none
 * @returns true when it is carried out
 * @throws Forbidden for anybody but the host itself
 */
export async function mayOrderHost(records: Records, args: JsonMap): Promise<Json> {
  const { host, sender, method, instance_uuid } = parseArguments(ORDER, args);
  const speakers = await hostsThatSpeak(records, host, sender);
  if (speakers.length === 0) return false;
  if (instance_uuid === null) return withoutInstance(method) && (await isOfCell(records, speakers));
  const partition = instanceKey(instance_uuid).pk;
  const moves = await allPages(records.tables, tableOf(records), { partition, sortPrefix: MIGRATION_SORT });
  return mayOrderPeer({ method, speakers, host }, moves.map(migrationItem));
}

/**
 * Answers a host which hosts a principal speaks for, so that an answer counts only from the host that was asked.
 *
 * @param args - `host` asks; `sender` is the principal by SQS's word
 * @returns their names; none for who is no host
 * @throws Forbidden for anybody but the host itself
 */
export async function hostsOfSender(records: Records, args: JsonMap): Promise<Json> {
  const { host, sender } = parseArguments(SPEAKER, args);
  return [...(await hostsThatSpeak(records, host, sender))];
}

async function hostsThatSpeak(records: Records, host: string, sender: string): Promise<readonly string[]> {
  const { hosts = [] } = records;
  if (!hosts.includes(host)) throw mayNot(hosts, `ask who orders ${host}`);
  const [role = ''] = sender.split(':');
  // A session that is registered by itself comes before its role as a whole.
  for (const principal of new Set([sender, role])) {
    const item = await records.tables.get(MAPPINGS, principalKey(principal), { consistent: false });
    if (item === undefined) continue;
    const known = readPrincipal(item);
    return known.role === 'host' ? known.hosts : [];
  }
  return [];
}

async function isOfCell(records: Records, speakers: readonly string[]): Promise<boolean> {
  for (const speaker of speakers) {
    try {
      const { name } = await cellOfHost(records, speaker);
      if (name === records.cell?.name) return true;
    } catch (error) {
      if (!(error instanceof HostMappingNotFound)) throw error;
    }
  }
  return false;
}
