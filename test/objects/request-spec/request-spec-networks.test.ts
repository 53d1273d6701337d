import { describe, expect, test } from 'vitest';
import { Instance } from '#objects/instance/instance';
import { InstanceInfoCache } from '#objects/instance/instance-info-cache';
import { networksAsTuples } from '#objects/network/network-request';
import { RequestSpec } from '#objects/request-spec/request-spec';
import { ensureNetworkInformation } from '#objects/request-spec/request-spec-networks';

function serverWith(networkInfo: string | null) {
  return Instance.load({ info_cache: InstanceInfoCache.load({ network_info: networkInfo }) });
}

describe('the networks of a moved server', () => {
  test('are written into its spec', () => {
    const spec = RequestSpec.load({});
    const vifs = [
      { id: 'port1', network: { id: 'net1', meta: { physical_network: 'phys1' } } },
      { id: 'port2', network: { id: 'net2', meta: {} } },
    ];

    ensureNetworkInformation(spec, serverWith(JSON.stringify(vifs)));

    expect(spec.get('network_metadata').getChanges()).toEqual({
      physnets: ['phys1'],
      tunneled: true,
    });
    expect(networksAsTuples(spec.get('requested_networks')).map((tuple) => tuple.slice(0, 3))).toEqual([
      ['net1', null, 'port1'],
      ['net2', null, 'port2'],
    ]);
  });

  test.each([null, '[]'])('are left as they were when the cache holds %s', (networkInfo) => {
    const spec = RequestSpec.load({});

    ensureNetworkInformation(spec, serverWith(networkInfo));

    expect(spec.changes).toEqual(new Set());
  });

  test('that cannot be read are refused', () => {
    const server = serverWith('{');

    expect(() => {
      ensureNetworkInformation(RequestSpec.load({}), server);
    }).toThrow('cannot be read');
  });
});
