import { findHeader } from "../../blockResolver.js";
import { formatCertificate } from "../../format/certificate.js";
import { defineMethod } from "../../method.js";
import { blockRefOrLatest } from "../../params/blockRef.js";

/** X3. Null for genesis, which nobody sealed, and for blocks not there yet. */
export const causewayGetCertificate = defineMethod(
  "causeway_getCertificate",
  [blockRefOrLatest],
  async (context, ref) => {
    const header = await findHeader(context, ref);
    if (header === null) return null;
    const certificate = await context.reader.certificate(header.number);
    const validators = await context.reader.validators(header.number);
    return certificate === null || validators === null ? null : formatCertificate(certificate, validators);
  },
);
