import type { Json } from '#ports/json';
import { fieldsOf, mapOf, textsOf } from '#wire/reading';
import { note } from '../normalise.ts';
import { edited, ofType } from './edit-json.ts';
import type { RecordedTask } from './recorded-task.ts';

/**
 * `group hosts of other cells`: Nova looks for the members of a group in the cell of the server alone, once it has
 * turned to that cell; ours knows those of all cells.
 */
export function withGroupOfCell({ before }: RecordedTask, theirs: Json, ours: Json): Json {
  const recordedHosts = new Set(groupHosts(theirs));
  const more = groupHosts(ours).filter((host) => !recordedHosts.has(host));
  const members = before.rows('api', 'instance_group_member').map((row) => row['instance_uuid']);
  const isOfMember = (host: string): boolean =>
    before.databases.some((database) =>
      before.rows(database, 'instances').some((row) => row['host'] === host && members.includes(row['uuid'] ?? null)),
    );
  if (recordedHosts.size === 0 || more.length === 0 || !more.every((host) => isOfMember(host))) return ours;
  note('group hosts of other cells');
  return edited(
    ours,
    ofType('InstanceGroup', (data) => ({
      ...data,
      hosts: textsOf(data['hosts']).filter((host) => recordedHosts.has(host)),
    })),
  );
}

const groupHosts = (args: Json): string[] =>
  textsOf(fieldsOf(fieldsOf(mapOf(args)['spec_obj'])['instance_group'])['hosts']);
