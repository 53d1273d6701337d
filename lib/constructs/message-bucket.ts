import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface MessageBucketProps {
  readonly bucketName: string;
  /** Encrypts objects: a build request carries the server's password. */
  readonly key: IKey;
}

/** Days after which an object is deleted: longer than its message can lie in a queue and in a dead-letter queue. */
const KEPT = Duration.days(4 + 14);

/** The bucket of messages that no queue takes: encrypted, TLS only, and emptied by time. */
export class MessageBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: MessageBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName: props.bucketName,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ expiration: KEPT, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      // Messages under way are no records: what outlives a deployment are its tables.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'objects live for days, are written by this deployment alone and told in its logs; data events of CloudTrail name their readers',
    });
  }
}
