import type { Names } from './names.ts';

/** Whose ports are granted, and how far they reach. */
export interface PortsProps {
  readonly names: Names;
  /** Workflows whose executions the functions start and settle. */
  readonly workflows: readonly string[];
  /**
   * The only cell whose records are reached.
   *
   * @default every cell, those added later included
   */
  readonly cell?: string;
  /**
   * Services that a cloud serves in place of the deployment's own, and the secret of its credential.
   *
   * @default none
   */
  readonly cloud?: { readonly services: readonly string[]; readonly credentialSecret: string };
}
