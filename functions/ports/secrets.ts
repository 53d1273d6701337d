/** Where secrets lie that no table, state or log may hold. */
export interface Secrets {
  /**
   * The text of a secret by its name or ARN; it is read anew each time, so that a rotated one is found.
   *
   * @throws ServiceMisconfigured when there is no such secret, or it may not be read
   * @throws ServiceNotReached when the same call may be made again
   */
  read(name: string): Promise<string>;
}
