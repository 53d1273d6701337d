import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type LoopbackServer } from '#local/emulation/loopback-server';

import { environmentFolder } from '#local/nova-compute/install';
import { eventually } from '#local/nova-compute/eventually';
import { StartedProcess } from '#local/nova-compute/processes';

const LIST_RULES = String.raw`from placement import policies; print("\n".join(r.name for r in policies.list_rules()))`;

/** Starts Placement with everything allowed to everybody. */
export async function startPlacement(folder: string): Promise<LoopbackServer> {
  const etc = join(folder, 'placement');
  mkdirSync(etc, { recursive: true });
  const python = join(environmentFolder('placement'), 'bin', 'python');
  const rules = execFileSync(python, ['-c', LIST_RULES], { cwd: etc, encoding: 'utf8' });
  const open = rules.split('\n').flatMap((rule) => (rule === '' ? [] : [`"${rule}": "@"`]));
  writeFileSync(join(etc, 'policy.yaml'), open.join('\n'));
  writeFileSync(
    join(etc, 'placement.conf'),
    `[api]
auth_strategy = noauth2
[placement_database]
connection = sqlite:///${folder}/placement.db?timeout=60
sync_on_startup = true
[oslo_policy]
policy_file = ${etc}/policy.yaml
`,
  );
  const port = await freePort();
  const env = { OS_PLACEMENT_CONFIG_DIR: etc };
  const args = [join(import.meta.dirname, 'placement-server.py'), String(port)];
  const service = new StartedProcess(python, args, { output: join(folder, 'placement.out'), cwd: folder, env });
  const url = `http://127.0.0.1:${port}`;
  try {
    await eventually('placement', async () => {
      if (!service.running) throw new Error(`placement did not start:\n${service.said}`);
      return fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  } catch (error) {
    await service.stop();
    throw error;
  }
  return { endpoint: url, stop: () => service.stop() };
}
