import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { userInfo } from 'node:os';
import { BRIDGE } from './bridges.ts';
import { cacheFolder, isFinished } from './cache.ts';
import { run } from '#local/nova-compute/command';
import { configurationFiles, DATA_FOLDERS, PASSWORD, TEMPLATE_PORTS, type Ports } from './configuration.ts';
import { fillKeystone } from './keystone-users.ts';
import { startService } from './process.ts';

/** Writes the configuration files of a world, and makes its folders. */
export function writeConfiguration(folder: string, venv: string, ports: Ports): void {
  for (const name of DATA_FOLDERS) mkdirSync(join(folder, 'data', name), { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(configurationFiles(folder, venv, ports))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** The data of a new world: empty databases, and Keystone with users and catalog. Made once and kept. */
export async function templateData(venv: string): Promise<string> {
  const folder = join(cacheFolder(), 'template');
  const data = join(folder, 'data');
  if (isFinished(folder)) return data;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeConfiguration(folder, venv, TEMPLATE_PORTS);
  const command = (program: string, ...args: readonly string[]) =>
    run(join(venv, 'bin', program), args, { cwd: folder });
  const keystone = ['--config-dir', join(folder, 'keystone')];
  const others = async (): Promise<void> => {
    await command('glance-manage', '--config-dir', join(folder, 'glance'), 'db_sync');
    await command('python', join(import.meta.dirname, 'tables.py'), join(data, 'neutron.db'));
    await command('neutron-db-manage', '--config-file', join(folder, 'neutron', 'neutron.conf'), 'stamp', 'heads');
    await command('cinder-manage', '--config-file', join(folder, 'cinder', 'cinder.conf'), 'db', 'sync');
    await command('cyborg-dbsync', '--config-file', join(folder, 'cyborg', 'cyborg.conf'), 'create_schema');
  };
  const identity = async (): Promise<void> => {
    const { username } = userInfo();
    const owner = ['--keystone-user', username, '--keystone-group', username];
    await command('keystone-manage', ...keystone, 'db_sync');
    await command('keystone-manage', ...keystone, 'fernet_setup', ...owner);
    await command('keystone-manage', ...keystone, 'credential_setup', ...owner);
    const url = `http://127.0.0.1:${TEMPLATE_PORTS.keystone}/v3`;
    const urls = ['public', 'internal', 'admin'].flatMap((face) => [`--bootstrap-${face}-url`, url]);
    const first = ['--bootstrap-password', PASSWORD, '--bootstrap-region-id', 'RegionOne', ...urls];
    await command('keystone-manage', ...keystone, 'bootstrap', ...first);
    const service = await startService('keystone', { folder, venv, port: TEMPLATE_PORTS.keystone });
    try {
      await fillKeystone(url, TEMPLATE_PORTS);
    } finally {
      await service.stop();
    }
  };
  await Promise.all([others(), identity()]);
  writeFileSync(join(folder, 'finished'), '');
  return data;
}

/** The data of a run: the template’s with the ports of the run in the catalog, and agents on its hosts. */
export function copyTemplate(template: string, data: string, ports: Ports): void {
  cpSync(template, data, { recursive: true });
  const database = new DatabaseSync(join(data, 'keystone.db'));
  for (const [name, port] of Object.entries(ports)) {
    const before = Object.entries(TEMPLATE_PORTS).find(([other]) => other === name)?.[1] ?? 0;
    database.prepare('UPDATE endpoint SET url = replace(url, ?, ?)').run(`:${before}`, `:${port}`);
  }
  database.close();
  addAgents(join(data, 'neutron.db'));
  if (!existsSync(join(data, 'fernet'))) throw new Error(`${template} has no keys`);
}

/** What the agent of a host reports of its bridge. */
const bandwidthOf = (host: string) => ({
  resource_provider_bandwidths: { [BRIDGE.name]: { egress: BRIDGE.kilobits, ingress: BRIDGE.kilobits } },
  resource_provider_hypervisors: { [BRIDGE.name]: host },
});

/** Agents of two kinds on three hosts that never grow old: without them no port is bound. */
function addAgents(path: string): void {
  const database = new DatabaseSync(path);
  // templates of before have some
  database.exec('DELETE FROM agents');
  const kinds = [
    ['Open vSwitch agent', 'neutron-openvswitch-agent'],
    ['NIC Switch agent', 'neutron-sriov-nic-agent'],
  ] as const;
  for (const host of ['host1', 'host2', 'host3']) {
    for (const [type, binary] of kinds) {
      const configurations = {
        bridge_mappings: { [BRIDGE.network]: BRIDGE.name },
        device_mappings: { physnet1: ['ens1'] },
        tunnel_types: ['vxlan'],
        tunneling_ip: '192.0.2.1',
        datapath_type: 'system',
        integration_bridge: 'br-int',
        ...(type === 'Open vSwitch agent' ? bandwidthOf(host) : {}),
      };
      database
        .prepare(
          `INSERT INTO agents (id, agent_type, "binary", topic, host, admin_state_up, created_at, started_at,
             heartbeat_timestamp, configurations, "load")
           VALUES (?, ?, ?, 'N/A', ?, 1, ?, ?, '2099-01-01 00:00:00', ?, 0)`,
        )
        .run(
          crypto.randomUUID(),
          type,
          binary,
          host,
          '2026-01-01 00:00:00',
          '2026-01-01 00:00:00',
          JSON.stringify(configurations),
        );
    }
  }
  database.close();
}
