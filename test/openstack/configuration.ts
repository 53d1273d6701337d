import { join } from 'node:path';

/** The services of a world, and the stand-in of a compute API that Cyborg and Cinder speak to. */
export const NAMES = ['keystone', 'placement', 'glance', 'neutron', 'cinder', 'cyborg', 'compute'] as const;
export type Name = (typeof NAMES)[number];
export type Ports = Readonly<Record<Name, number>>;

/** Ports that templates name; they are replaced by those of the run. */
export const TEMPLATE_PORTS: Ports = {
  keystone: 61_001,
  placement: 61_002,
  glance: 61_003,
  neutron: 61_004,
  cinder: 61_005,
  cyborg: 61_006,
  compute: 61_007,
};

/** Everybody’s password: nothing of a world is reached from elsewhere. */
export const PASSWORD = 'loopback';

type Sections = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A configuration file of these sections. */
export const ini = (sections: Sections): string =>
  Object.entries(sections)
    .map(([section, keys]) =>
      [`[${section}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`), ''].join('\n'),
    )
    .join('\n');

/** How a service presents itself to Keystone. */
export const accountOf = (keystone: string, username: string) => ({
  auth_type: 'password',
  auth_url: keystone,
  username,
  password: PASSWORD,
  user_domain_id: 'default',
  project_domain_id: 'default',
  project_name: 'service',
  region_name: 'RegionOne',
});

/** The configuration files of a world by their names below its folder. */
export function configurationFiles(folder: string, venv: string, ports: Ports): Readonly<Record<string, string>> {
  const keystone = `http://127.0.0.1:${ports.keystone}/v3`;
  const etc = (...parts: string[]): string => join(venv, 'etc', ...parts);
  const data = (...parts: string[]): string => join(folder, 'data', ...parts);
  const database = (name: string): string => `sqlite:///${data(`${name}.db`)}?timeout=60`;
  const account = (username: string) => accountOf(keystone, username);
  const checked = (username: string) => ({
    ...account(username),
    www_authenticate_uri: keystone,
    interface: 'internal',
    service_token_roles: 'service',
    service_token_roles_required: 'true',
  });
  const base = (name: string) => ({
    use_stderr: 'false',
    log_file: join(folder, `${name}.log`),
    state_path: data(name),
    transport_url: 'fake://',
  });
  const quiet = (name: string) => ({
    oslo_messaging_notifications: { driver: 'noop' },
    oslo_concurrency: { lock_path: data(`${name}-locks`) },
  });
  return {
    'keystone/keystone.conf': ini({
      DEFAULT: base('keystone'),
      database: { connection: database('keystone') },
      token: { provider: 'fernet' },
      fernet_tokens: { key_repository: data('fernet') },
      fernet_receipts: { key_repository: data('fernet') },
      credential: { key_repository: data('credential') },
      identity: { password_hash_algorithm: 'bcrypt', password_hash_rounds: '4' },
      cache: { enabled: 'true', backend: 'oslo_cache.dict' },
      oslo_messaging_notifications: { driver: 'noop' },
    }),
    'placement/placement.conf': ini({
      DEFAULT: { use_stderr: 'false', log_file: join(folder, 'placement.log') },
      api: { auth_strategy: 'keystone' },
      keystone_authtoken: checked('placement'),
      placement_database: { connection: database('placement'), sync_on_startup: 'true' },
    }),
    'glance/glance-api.conf': ini({
      DEFAULT: { ...base('glance'), enabled_backends: 'disk:file' },
      database: { connection: database('glance') },
      glance_store: { default_backend: 'disk' },
      disk: { filesystem_store_datadir: data('images') },
      os_glance_staging_store: { filesystem_store_datadir: data('staging') },
      os_glance_tasks_store: { filesystem_store_datadir: data('tasks') },
      paste_deploy: { flavor: 'keystone', config_file: etc('glance', 'glance-api-paste.ini') },
      keystone_authtoken: checked('glance'),
      ...quiet('glance'),
    }),
    'neutron/neutron.conf': ini({
      DEFAULT: {
        ...base('neutron'),
        core_plugin: 'ml2',
        service_plugins: 'qos,segments,trunk,router,revisions,timestamp',
        auth_strategy: 'keystone',
        api_paste_config: etc('neutron', 'api-paste.ini'),
        dns_domain: 'example.test.',
        rpc_response_timeout: '2',
        notify_nova_on_port_status_changes: 'false',
        notify_nova_on_port_data_changes: 'false',
      },
      ml2: {
        type_drivers: 'flat,vlan,vxlan,local',
        tenant_network_types: 'vxlan',
        mechanism_drivers: 'openvswitch,sriovnicswitch,logger',
        extension_drivers: 'port_security,qos,dns,port_device_profile',
      },
      ml2_type_vlan: { network_vlan_ranges: 'physnet0:100:200,physnet1:100:200' },
      ml2_type_vxlan: { vni_ranges: '1:1000' },
      database: { connection: database('neutron') },
      keystone_authtoken: checked('neutron'),
      nova: account('neutron'),
      placement: account('neutron'),
      ...quiet('neutron'),
    }),
    'cinder/cinder.conf': ini({
      DEFAULT: {
        ...base('cinder'),
        host: 'ctl',
        enabled_backends: 'fake',
        auth_strategy: 'keystone',
        glance_api_servers: `http://127.0.0.1:${ports.glance}`,
        scheduler_driver_init_wait_time: '1',
        api_paste_config: etc('cinder', 'api-paste.ini'),
        resource_query_filters_file: etc('cinder', 'resource_filters.json'),
        quota_volumes: '1000',
        // a heartbeat may be late on a busy machine
        service_down_time: '3600',
      },
      fake: { volume_driver: 'diskless.DisklessDriver', volume_backend_name: 'fake' },
      database: { connection: database('cinder') },
      coordination: { backend_url: `file://${data('coordination')}` },
      keystone_authtoken: checked('cinder'),
      nova: account('cinder'),
      service_user: { ...account('cinder'), send_service_user_token: 'true' },
      ...quiet('cinder'),
    }),
    'cyborg/cyborg.conf': ini({
      DEFAULT: { ...base('cyborg'), host: 'host1' },
      agent: { enabled_drivers: 'fake_driver', resource_provider_name: 'host1' },
      api: { api_paste_config: etc('cyborg', 'api-paste.ini') },
      database: { connection: database('cyborg') },
      keystone_authtoken: checked('cyborg'),
      placement: account('cyborg'),
      nova: account('cyborg'),
      ...quiet('cyborg'),
    }),
  };
}

/** Folders that services expect. */
export const DATA_FOLDERS = [
  'fernet',
  'credential',
  'images',
  'staging',
  'tasks',
  'coordination',
  'cinder',
  'cyborg',
  'neutron',
  'glance',
  'keystone',
];
