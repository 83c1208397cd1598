// Notices that are on the screen have been seen; the button says so where there is no script.
const form = document.querySelector('form[data-seen]')

const see = async () => {
  if (!form || document.visibilityState !== 'visible') return
  document.removeEventListener('visibilitychange', see)
  const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'manual' }).catch(() => null)
  if (!answer || answer.status >= 400) return
  form.hidden = true
  for (const count of document.querySelectorAll('[data-count="notices"]')) count.remove()
}
document.addEventListener('visibilitychange', see)
see()
