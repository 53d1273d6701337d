import { describe, expect, it } from 'vitest';
import { audit } from '#cli/audit/audit-rules';
import { LONG_AGO, migration, owner, server } from './audited.ts';
import { NO_FACTS } from './no-facts.ts';

const FACTS = { ...NO_FACTS, mappings: [{ uuid: 'server-1', cell: 'cell1' }] };

describe('audit', () => {
  it.each(['error', 'failed'])('names what a person may do about a server whose evacuation ended as %s', (status) => {
    const stayed = server({ vmState: 'error', host: 'host1' });
    const older = migration({ uuid: 'older', status: 'error', createdAt: LONG_AGO });
    const evacuation = migration({ type: 'evacuation', status, createdAt: '2026-01-01T09:00:00Z' });

    const found = audit({ ...FACTS, instances: [stayed], migrations: [evacuation, older] });

    expect(found).toMatchObject([{ rule: 'failed-evacuation', subject: 'server-1' }]);
    expect(found[0]?.advice).toContain('conductor host evacuate host1');
    expect(found[0]?.advice).toContain('conductor server reset-state server-1 --active');
  });

  it.each([
    ['is active again', { vmState: 'active' }, {}],
    ['is being evacuated again', { taskState: 'rebuilding', owners: [owner('RUNNING')] }, {}],
    ['is in error for another move', {}, { type: 'live-migration' }],
    ['is in no cell', { host: null }, {}],
  ])('finds no failed evacuation of a server that %s', (_which, changes, move) => {
    const stayed = server({ vmState: 'error', host: 'host1', ...changes });
    const evacuation = migration({ type: 'evacuation', status: 'error', ...move });

    const found = audit({ ...FACTS, instances: [stayed], migrations: [evacuation] }).map(({ rule }) => rule);

    expect(found).not.toContain('failed-evacuation');
  });
});
