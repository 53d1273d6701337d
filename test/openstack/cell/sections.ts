import { accountOf, ini } from '../configuration.ts';
import { cloudUrl, type FilledCloud } from '../filled-cloud.ts';

/** The sections of nova.conf by which a stock compute reaches the services of a cloud. */
export function sectionsOf(cloud: FilledCloud): string {
  const account = accountOf(cloud.authUrl, 'nova');
  return ini({
    // no agent reports that a port is plugged in
    DEFAULT: { vif_plugging_is_fatal: 'false', vif_plugging_timeout: '0', volume_usage_poll_interval: '0' },
    compute: { live_migration_wait_for_vif_plug: 'false' },
    service_user: { ...account, send_service_user_token: 'true' },
    placement: account,
    // a request carries no catalog here, by which these were found for a user
    neutron: { ...account, endpoint_override: cloudUrl(cloud, 'neutron') },
    glance: { ...account, api_servers: cloudUrl(cloud, 'glance') },
    cinder: { ...account, endpoint_template: `${cloudUrl(cloud, 'cinder')}/v3/%(project_id)s` },
    cyborg: { ...account, endpoint_override: `${cloudUrl(cloud, 'cyborg')}/v2` },
  });
}
