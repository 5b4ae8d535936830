import { formatCertificate } from "../../format/certificate.js";
import { findHeader, heightOf } from "../../lookup/blockResolver.js";
import { hasValidators } from "../../lookup/hasValidators.js";
import { defineMethod } from "../../method.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { RPC_CODE, RpcError, serverError } from "../../rpcError.js";

/**
 * X3. Null for genesis, which nobody sealed, and for blocks not there yet. A node that was restored from a snapshot has
 * those of blocks before it only where the set changed (V5), though not the blocks themselves.
 */
export const causewayGetCertificate = defineMethod(
  "causeway_getCertificate",
  [blockRefOrLatest],
  async (context, ref) => {
    // "Not available" is one of the code's two meanings.
    if (!(await hasValidators(context.reader))) {
      throw new RpcError(RPC_CODE.methodNotFound, "this chain has no certificates");
    }
    const height =
      typeof ref === "object" ? (await findHeader(context, ref))?.number : heightOf(context, ref);
    const { reader } = context;
    if (height === undefined || height < 1 || height > reader.headNumber()) return null;
    const certificate = await reader.certificate(height);
    const validators = await reader.validators(height);
    if (certificate !== null && validators !== null) return formatCertificate(certificate, validators);
    throw serverError(
      `the certificate of block ${height} is not kept here: this node was restored from a snapshot of a later block; ask a node with the whole history`,
    );
  },
);
