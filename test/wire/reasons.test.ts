import { expect, it } from 'vitest';
import { NoValidHost, PlacementAPIConnectFailure, ServiceMisconfigured } from '#errors';
import { isFinal, reasonOf } from '#wire/failure';

it.each([
  ['TypeError', TypeError],
  ['RangeError', RangeError],
  ['SyntaxError', SyntaxError],
])('a message put aside for a %s of ours quotes nothing of it', (name, Unprepared) => {
  const reason = reasonOf(new Unprepared('unexpected token in {"admin_pass": "xyz"}'));

  expect(reason).toContain(name);
  expect(reason).not.toContain('xyz');
});

it('a message put aside for an error of Nova says why', () => {
  expect(reasonOf(new NoValidHost({ reason: 'no room' }))).toContain('no room');
});

it.each([
  ['gives no answer', PlacementAPIConnectFailure],
  ['does not fit the deployment', ServiceMisconfigured],
])('a message that meets a service of the cloud which %s comes again', (_title, Unusable) => {
  const trouble = { service: 'placement', url: 'u', trouble: 'answered 403', remedy: 'Do.' };

  expect([isFinal(new Unusable(trouble)), isFinal(new NoValidHost({ reason: 'no room' }))]).toEqual([false, true]);
});
