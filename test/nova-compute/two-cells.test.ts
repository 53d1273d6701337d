import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standIns } from './beside-nova.ts';
import { booted, explainFailures } from './explain-failures.ts';
import { unknownErrors } from './known-errors.ts';
import { NovaCell } from './nova-cell.ts';
import { writeReport } from './report.ts';
import { CONFIRMING, crossCellScenarios } from './scenarios/cross-cell.ts';

const RELEASE = '34.0.0';
const TITLE = `${RELEASE} in two cells`;

/** Hosts say soon how much their servers have. */
const OFTEN = { update_resources_interval: 2 };

describe(`two cells of nova-compute ${RELEASE}`, () => {
  let cell: NovaCell;

  beforeAll(() =>
    booted(TITLE, async () => {
      cell = await NovaCell.boot({ host1: RELEASE }, standIns, {
        secondCell: { host2: RELEASE, [CONFIRMING]: RELEASE },
        settings: { host1: OFTEN, host2: OFTEN, [CONFIRMING]: { resize_confirm_window: 1 } },
      });
      await cell.start(...cell.computes);
    }),
  );

  explainFailures(TITLE, () => cell);

  afterAll(async () => {
    writeReport(TITLE, cell);
    await cell.stop();
  });

  crossCellScenarios(() => cell);

  it('writes no ERROR line that is not known', () => {
    const unknown = cell.computes.flatMap((compute) => unknownErrors(compute.lines()));

    expect(unknown).toEqual([]);
  });
});
