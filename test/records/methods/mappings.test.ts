import { describe, expect, it } from 'vitest';
import { CellMapping } from '#objects/mapping/cell-mapping';
import { InstanceMapping } from '#objects/mapping/instance-mapping';
import { mapToCell } from '#servers/map-to-cell';
import { fieldsOf, objectsOf } from '#wire/reading';
import { refusal } from '../../fixtures/refusal.ts';
import { memoryTables } from '../../fixtures/tables.ts';

import { callClass, callMethod, NOW, recordsOn, UUID } from '../../fixtures/records.ts';

const CELL = { uuid: 'c-1', name: 'cell1', transport_url: 'sqs://cell1', database_connection: 'dynamodb://cell1' };

describe('InstanceMapping', () => {
  it('REC-01 of an unknown server is not found', async () => {
    const records = recordsOn(memoryTables().tables);

    const error = await refusal(callClass(records, 'InstanceMapping', 'get_by_instance_uuid', UUID));

    expect(error).toMatchObject({ name: 'InstanceMappingNotFound' });
  });

  it('REC-02 is destroyed once', async () => {
    const records = recordsOn(memoryTables().tables);
    const mapping = InstanceMapping.make({ instance_uuid: UUID, project_id: 'p-blue', user_id: 'alice' });
    await callMethod(records, mapping, 'create');
    await callMethod(records, mapping, 'destroy');

    const error = await refusal(callMethod(records, mapping, 'destroy'));

    expect(error).toMatchObject({ name: 'InstanceMappingNotFound' });
  });

  it('that was made with its server is read without the id and the user that it has not', async () => {
    const records = recordsOn(memoryTables().tables);
    await records.tables.transact([mapToCell(UUID, { name: 'cell1', uuid: 'c-1' }, 'p-blue', NOW)]);

    const mapping = fieldsOf(await callClass(records, 'InstanceMapping', 'get_by_instance_uuid', UUID));
    const list = await callClass(records, 'InstanceMappingList', 'get_by_project_id', 'p-blue');

    expect(mapping).toMatchObject({ instance_uuid: UUID, project_id: 'p-blue', queued_for_delete: false });
    expect(Object.keys(mapping)).not.toContain('user_id');
    expect(Object.keys(mapping)).not.toContain('id');
    expect(objectsOf(list)).toMatchObject([{ 'nova_object.data': { instance_uuid: UUID } }]);
  });

  it('is read with its cell, which a null does not clear', async () => {
    const records = recordsOn(memoryTables().tables);
    const cell = CellMapping.make(CELL);
    await callMethod(records, cell, 'create');
    const fields = { instance_uuid: UUID, project_id: 'p-blue', user_id: 'alice' };
    await callMethod(records, InstanceMapping.make({ ...fields, cell_mapping: CellMapping.load(CELL) }), 'create');

    await callMethod(records, InstanceMapping.load(fields).set('cell_mapping', null), 'save');

    const mapping = await callClass(records, 'InstanceMapping', 'get_by_instance_uuid', UUID);
    expect(mapping).toHaveProperty(
      ['nova_object.data', 'cell_mapping', 'nova_object.data', 'database_connection'],
      'dynamodb://cell1',
    );
  });
});
