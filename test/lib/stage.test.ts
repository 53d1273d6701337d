import { mkdtempSync, readdirSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readContext } from '#configuration/context';
import { withStage, type StageFiles } from '../../lib/stage.ts';

describe('the file of a stage', () => {
  let folder = '';
  let files: StageFiles = { stages: '', cdk: '' };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stages-'));
    files = { stages: join(folder, 'stages'), cdk: join(folder, 'cdk.json') };
    mkdirSync(files.stages);
    const stage = { cells: ['cell1', 'cell9'], serviceDownTime: 90, quotaInstances: 100 };
    writeFileSync(join(files.stages, 'prod.json'), JSON.stringify(stage));
    writeFileSync(files.cdk, JSON.stringify({ context: { cells: ['cell1'], deployment: 'nova-conductor' } }));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const taken = (said: Readonly<Record<string, unknown>>) =>
    readContext(withStage({ cells: ['cell1'], deployment: 'nova-conductor', ...said }, files));

  it('holds before cdk.json, and the command line before both', () => {
    const context = taken({ stage: 'prod', serviceDownTime: '120' });

    expect(context).toMatchObject({
      stage: 'prod',
      deployment: 'nova-conductor',
      cells: ['cell1', 'cell9'],
      quotaInstances: 100,
      serviceDownTime: 120,
    });
  });

  it('is not looked at without a stage', () => {
    expect(taken({})).toMatchObject({ cells: ['cell1'], quotaInstances: 10, stage: null });
  });

  it('is checked like the rest of the context', () => {
    writeFileSync(join(files.stages, 'prod.json'), JSON.stringify({ quotaInstance: 1 }));

    expect(() => taken({ stage: 'prod' })).toThrow('did you mean "quotaInstances"?');
  });

  it.each([
    ['test', /"stage" is "test": there is no .*test\.json; there are prod/u],
    ['../prod', /context "stage" is "..\/prod": it may be a lower-case name/u],
  ])('that is called %s is refused with the remedy', (stage, says) => {
    expect(() => taken({ stage })).toThrow(says);
  });

  it('that is no JSON is refused by its name', () => {
    writeFileSync(join(files.stages, 'prod.json'), '{');

    expect(() => taken({ stage: 'prod' })).toThrow(/prod\.json cannot be read/u);
  });
});

it.each(readdirSync('stages').map((file) => [file.replace(/\.json$/u, '')]))('the stage %s is one', (stage) => {
  expect(readContext(withStage({ stage }))).toMatchObject({ stage });
});
