// Tasks that call a Lambda.

/** Answers with the payload and the SDK's metadata around it. */
export const INVOKE_LAMBDA = 'arn:aws:states:::lambda:invoke';

/** The payload, in such a Task's own Output and Assign. */
export const PAYLOAD = '$states.result.Payload';
