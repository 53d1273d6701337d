import { expect, it } from 'vitest';
import { NoValidHost } from '#errors';
import { reasonOf } from '#wire/failure';

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
