// Sends a filter form when a choice changes, and shortly after typing stops. Empty controls stay out of the address.
const PAUSE = 350

for (const form of document.querySelectorAll('form.filters.live')) {
  let waiting
  const send = () => form.requestSubmit()
  form.addEventListener('change', event => event.target.type === 'search' || send())
  form.addEventListener('input', event => {
    if (event.target.type !== 'search') return
    clearTimeout(waiting)
    waiting = setTimeout(send, PAUSE)
  })
  form.addEventListener('submit', () => clearTimeout(waiting))
  form.addEventListener('formdata', event => {
    for (const [name, value] of [...event.formData]) if (value === '') event.formData.delete(name)
  })
}

// After the page has come back, the cursor is where it was.
const search = document.querySelector('form.filters.live input[type=search]')
if (search && search.value && sessionStorage.getItem('searching') === location.pathname) {
  search.focus()
  search.setSelectionRange(search.value.length, search.value.length)
}
sessionStorage.removeItem('searching')
addEventListener('pagehide', () => {
  if (search && document.activeElement === search) sessionStorage.setItem('searching', location.pathname)
})
