// Shows the passkey forms where the browser knows passkeys, asks the device, and sends its answer as a form.
const forms = window.PublicKeyCredential?.parseCreationOptionsFromJSON ? document.querySelectorAll("form[data-passkey]") : [];

const asked = async (form) => {
  const answer = await fetch(form.dataset.optionsUrl, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
  });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  const options = await answer.json();
  return form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
};

for (const form of forms) {
  form.hidden = false;
  const said = form.querySelector("[data-passkey-answer]");
  // Before forms.js, which would take this press for the form's only one.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    said.hidden = true;
    try {
      const credential = await asked(form);
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      said.textContent = form.dataset.failed;
      said.hidden = false;
    }
  });
}
