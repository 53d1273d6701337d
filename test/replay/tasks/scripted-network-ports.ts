import { memoryNetworkPorts } from '#adapters/memory/network-ports';
import { PortBindingFailed } from '#errors';
import type { Json } from '#ports/json';
import type { NetworkPorts, PortBinding, PortGroup, PortNeeds } from '#ports/network-ports';
import { fieldsOf, listOf, mapOf, numbersOf, plainText, textsOf } from '#wire/reading';
import type { RecordedTask, ServiceStep } from './recorded-task.ts';

/** The network service as it was recorded: what it answered of ports, and how it bound them. */
export function scriptedNetworkPorts({ steps }: RecordedTask): NetworkPorts {
  const calls = steps.filter((step): step is ServiceStep => step.kind === 'service' && step.service === 'neutron');
  const of = (method: string): ServiceStep[] => calls.filter((call) => call.method === method);
  const bound = of('bind_ports_to_host');
  return {
    ...memoryNetworkPorts(new Set()),
    hasBindings: async () => of('has_port_binding_extension').at(-1)?.result === true,
    needs: async () => needsOf(of('get_requested_resource_for_instance')[0]?.result ?? null, calls),
    async bind(_context, host) {
      const call = bound.shift();
      if (call === undefined || call.exception !== null) throw new PortBindingFailed({ port_id: host });
      return new Map(Object.entries(mapOf(call.result)).map(([port, binding]) => [port, bindingOf(binding)]));
    },
    unbind: async () => undefined,
  };
}

/** Which port a group is of is known from what was asked of single ports afterwards. */
function needsOf(result: Json, calls: readonly ServiceStep[]): PortNeeds {
  const [groups = null, params = null] = listOf(result);
  const sameSubtree = listOf(fieldsOf(params)['same_subtree']).map(textsOf);
  const asked = calls.filter(({ method }) => method === 'get_binding_profile_allocation');
  const grouped = asked.some(({ result: answer }) => Object.keys(mapOf(answer)).length > 0) || sameSubtree.length > 0;
  const portOf = (id: string): string => {
    const call = asked.find(({ result: answer }) => id in mapOf(answer));
    return call === undefined ? id : plainText(call.args[1]);
  };
  return {
    groups: listOf(groups).map((group): PortGroup => {
      const { requester_id, resources, required_traits } = fieldsOf(group);
      const requesterId = plainText(requester_id);
      const requiredTraits = textsOf(required_traits);
      return { portId: portOf(requesterId), requesterId, resources: numbersOf(resources), requiredTraits };
    }),
    sameSubtree,
    grouped,
  };
}

function bindingOf(value: Json): PortBinding {
  const { host, status, vnic_type, vif_type, vif_details, profile } = mapOf(value);
  return {
    host: plainText(host),
    status: status === 'ACTIVE' ? 'ACTIVE' : 'INACTIVE',
    vnicType: plainText(vnic_type),
    vifType: plainText(vif_type),
    vifDetails: mapOf(vif_details),
    profile: mapOf(profile),
  };
}
