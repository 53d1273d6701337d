import type { BuildCommand } from '#local/demo/demo-world';
import type { WireObject } from '#ports/json';
import { fieldsOf, objectsOf } from '#wire/reading';
import { setFields } from '#wire/wire';
import { mustBeWire } from '#wire/wire-object';

type Arguments = BuildCommand['args'];

/** The same object with one that it holds changed. */
export const inside = (holder: WireObject, field: string, change: (inner: WireObject) => WireObject): WireObject =>
  setFields(holder, { [field]: change(mustBeWire(fieldsOf(holder)[field] ?? null, field)) });

/** The arguments of a request for one server, which has a volume beside its root disk. */
export function withVolume(args: Arguments, volume_id: string, attachment_id: string): Arguments {
  const device = {
    source_type: 'volume',
    destination_type: 'volume',
    boot_index: null,
    device_name: null,
    delete_on_termination: false,
    image_id: null,
    volume_id,
    volume_size: 1,
    attachment_id,
  };
  const devices = (list: WireObject): WireObject => {
    const objects = objectsOf(list);
    return setFields(list, { objects: [...objects, ...objects.slice(0, 1).map((root) => setFields(root, device))] });
  };
  return {
    ...args,
    block_device_mapping: devices(mustBeWire(args.block_device_mapping, 'the devices')),
    build_requests: args.build_requests.map((request) => inside(request, 'block_device_mappings', devices)),
  };
}
