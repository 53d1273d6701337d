import { expect, test } from 'vitest';
import { Fleet } from '#local/fleet/fleet';
import { recordedMessage, wrapped } from '../../fixtures/recorded.ts';
import { ScriptedConductor } from './scripted-conductor.ts';

function world() {
  const conductor = new ScriptedConductor(
    ({ method }) => (method === 'object_action' ? { result: [{ obj_what_changed: [] }, null] } : { result: null }),
    ['compute-task', 'cell-cell1-conductor', 'cell-cell2-conductor'],
  );
  const fleet = new Fleet(conductor, [
    { host: 'host1', cell: 'cell1' },
    { host: 'host2', cell: 'cell2' },
  ]);
  return { conductor, fleet };
}

test('hosts register one after the other, each with the conductor of its cell', async () => {
  const { conductor, fleet } = world();

  await fleet.start();

  const senders = conductor.taken.map(({ queue, sender }) => `${queue} ${sender}`);
  expect([...new Set(senders)]).toEqual(['cell-cell1-conductor host:host1', 'cell-cell2-conductor host:host2']);
  expect(senders.lastIndexOf('cell-cell1-conductor host:host1')).toBeLessThan(
    senders.indexOf('cell-cell2-conductor host:host2'),
  );
});

test('the orders of all hosts are listed in the order of time', async () => {
  const { conductor, fleet } = world();
  await fleet.start();
  const order = wrapped(recordedMessage('build-and-run-instance'));

  await conductor.bus.send(fleet.host('host2').queue, { body: order });
  await conductor.clock.advance(1_000);
  await conductor.bus.send(fleet.host('host1').queue, { body: order });
  await conductor.clock.advance(1_000);

  expect(fleet.received().map(({ host }) => host)).toEqual(['host2', 'host1']);
  expect(() => fleet.host('host3')).toThrow('there is no host host3');
});

test('a fleet that has stopped does nothing any more, and its reply queues are gone', async () => {
  const { conductor, fleet } = world();
  await fleet.start();

  await fleet.stop();
  const calls = conductor.taken.length;
  await conductor.clock.advance(600_000);

  expect(conductor.taken).toHaveLength(calls);
  expect(conductor.queues.names().filter((name) => name.startsWith('reply_'))).toEqual([]);
});
