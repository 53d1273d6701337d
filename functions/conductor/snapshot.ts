import type { RequestContext } from '#ports/context';
import type { NewImage } from '#ports/image';
import type { JsonMap } from '#ports/json';
import { imageMetaOf } from './system-image.ts';

/**
 * What an image of a server does not take over from the server's own (option
 * non_inheritable_image_properties and nova.utils).
 */
const NOT_INHERITED =
  /^(?:bittorrent|cache_in_nova|cinder_encryption_key_id|cinder_encryption_key_deletion_policy|img_signature(?:_.*)?|os_glance_.*|disk_format|container_format|min_disk|min_ram)$/u;

/** A server of which an image is to be made. */
interface Imaged {
  readonly uuid: string;
  readonly display_name: string | null;
  readonly project_id: string | null;
  readonly system_metadata: JsonMap;
}

/**
 * The image by which a server's disk gets to another cell (nova.compute.utils.create_image with the name that
 * PrepResizeAtSourceTask gives). Properties without a value are left out, since Glance refuses them.
 */
export function snapshotOf(instance: Imaged, context: Pick<RequestContext, 'project_id' | 'user_id'>): NewImage {
  const meta = imageMetaOf(instance.system_metadata);
  const inherited = Object.entries(meta).flatMap(([name, value]): [string, string][] =>
    NOT_INHERITED.test(name) || value === null
      ? []
      : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
  );
  const { project_id } = instance;
  return {
    name: `${instance.display_name ?? ''}-resize-temp`,
    minDisk: Number(meta['min_disk'] ?? 0),
    minRam: Number(meta['min_ram'] ?? 0),
    properties: {
      ...Object.fromEntries(inherited),
      instance_uuid: instance.uuid,
      user_id: context.user_id ?? '',
      image_type: 'snapshot',
    },
    sharedWith: project_id === context.project_id ? null : project_id,
  };
}
