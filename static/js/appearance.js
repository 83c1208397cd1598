// Shows a chosen theme at once; the form keeps it. Without this module the form alone does both.
const form = document.querySelector('form[data-appearance]')
const root = document.documentElement

form?.addEventListener('submit', async event => {
  event.preventDefault()
  const theme = event.submitter.value
  if (theme === 'auto') delete root.dataset.theme
  else root.dataset.theme = theme
  for (const button of form.querySelectorAll('button[name=theme]')) {
    button.setAttribute('aria-pressed', String(button.value === theme))
  }
  const body = new FormData(form, event.submitter)
  const answer = await fetch(form.action, { method: 'POST', body, redirect: 'manual' }).catch(() => null)
  if (!answer || answer.status >= 400) form.requestSubmit === undefined || location.reload()
})
