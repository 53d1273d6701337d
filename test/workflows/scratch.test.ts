import { test } from 'vitest';
import { Session } from 'node:inspector/promises';
import { writeFileSync, mkdirSync } from 'node:fs';
import { BuildWorld } from '../fixtures/build-world.ts';
test('n', { timeout: 120_000 }, async () => {
  for (const n of (process.env.NS ?? "1,100,1000").split(",").map(Number)) {
    let requests: Record<string, number> = {};
    const t0 = Date.now();
    const hosts = Array.from({ length: 20 }, (_, i) => ({ host: `h${i}`, cell: i % 2 ? 'cell1' : 'cell2', heartbeatSeconds: 0, capacity: { vcpus: 64, memoryMb: 65536, diskGb: 1000 } }));
    const world = await BuildWorld.boot({ hosts, config: { quota: { instances: -1, cores: -1, ram: -1 } }, onRequest: (o) => { requests[o] = (requests[o] ?? 0) + 1; } });
    requests = {};
    const command = world.request(n);
    const t1 = Date.now();
    const session = new Session(); session.connect(); await session.post('Profiler.enable'); await session.post('Profiler.start');
    await world.publish(command);
    const size = world.ground.blobs.keys();
    await world.end();
    const { profile } = await session.post('Profiler.stop'); mkdirSync('/tmp/w/large-prof', { recursive: true }); writeFileSync('/tmp/w/large-prof/p.json', JSON.stringify(profile));
    const total = Object.values(requests).reduce((a, b) => a + b, 0);
    console.log(n, 'boot', t1 - t0, 'run', Date.now() - t1, requests, total / n, JSON.stringify(command.args).length, size);
    const ex = await world.executions('build');
    for (const e of ex) console.log(e.status, e.output, e.error, e.cause?.slice(0, 500), (await world.world.runner.getExecutionHistory({ executionArn: e.executionArn })).events.length);
    console.log(world.ground.queues.messages('compute-task-dlq').map((m) => m.attributes), world.items('cell-cell1').filter((i) => i.vm_state === 'active').length + world.items('cell-cell2').filter((i) => i.vm_state === 'active').length, world.world.troubles.slice(0, 3));
    await world.world.stop();
  }
});
