import type { ValidatorPayload, ValidatorsPayload } from "../../src/feed/feedProtocol.js";
import { AddressLink, Empty } from "./Atoms.js";
import { formatPercent } from "./format.js";

export function ValidatorList({ validators }: { readonly validators: ValidatorsPayload | null }) {
  if (validators === null || validators.validators.length === 0)
    return <Empty>This chain's blocks carry no certificates</Empty>;
  const { quorum, validators: members } = validators;
  return (
    <>
      <ul class="rows" data-testid="validators">
        {members.map((validator) => (
          <ValidatorRow key={validator.address} validator={validator} />
        ))}
      </ul>
      <p class="note muted">
        A block needs {quorum} of {members.length} seals and often carries no more, so about{" "}
        {formatPercent(quorum, members.length)} each is normal.
      </p>
    </>
  );
}

function ValidatorRow({ validator }: { readonly validator: ValidatorPayload }) {
  const { address, sealed, eligible, proposed } = validator;
  const share = eligible === 0 ? 0 : sealed / eligible;
  return (
    <li class="row validator">
      <span class="cell lead">
        <AddressLink address={address} />
      </span>
      <span class="cell">
        <span
          class="meter"
          role="img"
          aria-label={`sealed ${sealed} of ${eligible} blocks`}
          style={{ "--share": String(share) }}
        />
        <small class="muted">
          in {sealed} of {eligible} certificates · {formatPercent(sealed, eligible)}
        </small>
      </span>
      <span class="cell end">
        <span>{proposed}</span>
        <small class="muted">proposed</small>
      </span>
    </li>
  );
}
