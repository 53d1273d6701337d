import { expect, test } from 'vitest';
import type { WorldOptions } from '#local/emulation/world';
import { crossing, type Crossing } from '../../fixtures/crossing.ts';
import { resized } from '../../fixtures/resized-across-cells.ts';

/** A step that breaks for good. */
const breaking =
  (step: string): NonNullable<WorldOptions['around']> =>
  (run, event) =>
    event.step === step ? Promise.reject(new TypeError('x is not a function')) : run();

/** Results of the events of an action, in a cell. */
const results = (at: Crossing, cell: string, request: string): unknown[] =>
  at.beside(cell, `event#${request}#conductor`).map(({ result }) => result);

test('a caller whose resize across cells has come to its end hears it although the answer has failed before', async () => {
  const at = await crossing({ around: breaking('reply') });

  const error = await at.resize();

  expect(error).toBeNull();
  expect(at.mappedTo()).toBe('cell2');
  expect(results(at, 'cell1', 'req-resize')).toEqual(['Success']);
});

test('a caller whose confirmation has come to its end hears it although its end cannot be published', async () => {
  const at = await resized({ around: breaking('notify-confirmed') });

  const error = await at.confirm();

  expect(error).toBeNull();
  expect(at.copies()).toMatchObject([{ cell: 'cell2', state: 'active/null' }]);
  expect(results(at, 'cell2', 'req-confirm')).not.toContain(null);
});

test('the event of a revert that has come to its end has ended although that cannot be published', async () => {
  const at = await resized({ around: breaking('notify-reverted') });

  await at.revert();

  expect(at.copies()).toMatchObject([{ cell: 'cell1', state: 'active/null' }]);
  expect(results(at, 'cell1', 'req-revert')).not.toContain(null);
});
