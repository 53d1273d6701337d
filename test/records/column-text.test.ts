import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InstanceFault } from '#objects/instance/instance-fault';
import { stringColumn, textColumn, TEXT_BYTES } from '#records/column-text';
import { latestFault } from '#records/methods/instance-fault';
import { callMethod, recordsOn, storedInstance, UUID } from '../fixtures/records.ts';
import { memoryTables } from '../fixtures/tables.ts';

describe('a text in a column', () => {
  it('is cut to the bytes of the column, and nowhere within a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 0, max: 60 }), (text, most) => {
        const cut = textColumn(text, most);

        expect(text.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most);
        expect(Buffer.byteLength(cut) > most - 4 || cut === text).toBe(true);
      }),
    );
  });

  it('is cut to 255 characters where the column counts characters', () => {
    expect(stringColumn('ü'.repeat(300))).toBe('ü'.repeat(255));
    expect(stringColumn('😀'.repeat(256))).toBe('😀'.repeat(255));
  });

  it('of a fault is as long as the column of Nova keeps it', async () => {
    const records = recordsOn(memoryTables().tables);
    await storedInstance(records);
    const long = 'x'.repeat(600_000);

    await callMethod(
      records,
      InstanceFault.make({ instance_uuid: UUID, code: 500, message: long, details: long }),
      'create',
    );

    const fault = await latestFault(records, UUID);
    expect(String(fault?.peek('details'))).toHaveLength(TEXT_BYTES);
    expect(String(fault?.peek('message'))).toHaveLength(255);
  });
});
