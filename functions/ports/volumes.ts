import type { RequestContext } from './context.ts';

/** An attachment as it is listed: a volume kept for a server, or in use by it. */
export interface Attachment {
  readonly id: string;
  readonly volumeId: string;
  readonly instanceId: string;
  /** For instance `reserved`, `attaching`, `attached`. */
  readonly status: string;
}

/** How a host reaches volumes: what its connector says of it, for instance `{ host, ip, initiator }`. */
type Connector = Readonly<Record<string, string | number | boolean | null>>;

/**
 * The volume service, as far as servers hold volumes.
 *
 * @throws ServiceNotReached when the same call may be made again
 */
export interface Volumes {
  /**
   * Keeps a volume for a server by an empty attachment. Asked again it makes a second one: look by `attachments` first.
   *
   * @throws VolumeNotFound
   * @throws InvalidInput when the volume is in no state for it
   */
  createAttachment(context: RequestContext, volumeId: string, instanceId: string): Promise<Attachment>;
  /** @throws VolumeAttachmentNotFound */
  attachment(context: RequestContext, id: string): Promise<Attachment>;
  /** What a server holds of a volume, in no order. */
  attachments(context: RequestContext, instanceId: string, volumeId: string): Promise<readonly Attachment[]>;
  /**
   * Sets from which host the volume is reached.
   *
   * @throws VolumeAttachmentNotFound
   */
  updateAttachment(context: RequestContext, id: string, connector: Connector): Promise<Attachment>;
  /**
   * The volume is in use from now on; repeats do no harm.
   *
   * @throws VolumeAttachmentNotFound
   */
  completeAttachment(context: RequestContext, id: string): Promise<void>;
  /** Gives the volume back; an attachment that is gone is no error. */
  deleteAttachment(context: RequestContext, id: string): Promise<void>;
  /**
   * The attachment by which a server keeps a volume at its next host (nova.conductor.manager
   * `_validate_existing_attachment_ids`): the one that it has, if that is still there; else a reserved one that
   * no device names; else a new one.
   *
   * @param named ids that devices of the server name
   * @throws VolumeNotFound
   */
  renewAttachment(
    context: RequestContext,
    held: { readonly id: string; readonly volumeId: string; readonly instanceId: string },
    named: ReadonlySet<string>,
  ): Promise<Attachment>;
}
