import type { Words } from "../en";

/** What went wrong, and what to do: one sentence each, or two. */
export const problems: Words["problems"] = {
  name_missing: "Escribe tu nombre.",
  name_too_long: "Usa 100 caracteres como máximo.",
  name_unprintable: "Quita los saltos de línea y los caracteres invisibles.",
  email_missing: "Escribe tu correo electrónico.",
  email_malformed: "Escribe una dirección como name@example.com.",
  password_missing: "Escribe una contraseña.",
  current_missing: "Escribe tu contraseña actual.",
  password_too_short: "Usa 8 caracteres o más.",
  password_too_long: "Usa 128 caracteres como máximo.",
  password_common: "Esta contraseña aparece en listas de contraseñas filtradas. Elige otra.",
  password_same: "Esta es tu contraseña actual. Elige otra.",
  password_wrong: "Esa no es tu contraseña actual.",
  password_guessable: "Se parece demasiado a tu nombre, a tu correo electrónico o al nombre de este sitio. Elige otra.",
  image_malformed: "Usa una URL https de 2048 caracteres como máximo.",
  wrong_credentials: "Correo electrónico o contraseña incorrectos.",
  signed_out: "Se ha cerrado tu sesión. Inicia sesión para continuar.",
  proof_needed: "Escribe tu contraseña para continuar.",
  code_missing: "Escribe las seis cifras del correo.",
  code_wrong:
    "El código es incorrecto, ha caducado o se pidió en otro navegador. Abre el enlace del correo más reciente o " +
    "pide un código nuevo.",
  link_dead: "Este enlace ya no es válido. Ha caducado, ya se ha usado o lo ha sustituido un correo más reciente.",
  link_alone: "Esta cuenta no tiene contraseña, así que el enlace solo no basta. Confirma de otra forma que eres tú.",
  password_kept: "Todavía no es posible. Añade primero lo que falta.",
  email_same: "Ese ya es tu correo electrónico.",
  sign_up_closed: "Por ahora no se pueden crear cuentas nuevas aquí. Si ya tienes una, inicia sesión.",
  sign_up_invited:
    "Para crear una cuenta aquí, abre el enlace de tu invitación. Si ya tienes una cuenta, inicia sesión.",
  email_elsewhere: "Aquí las cuentas son para direcciones de correo de ciertas organizaciones. Usa una de ellas.",
  has_account: "Esta dirección de correo ya tiene una cuenta.",
  admin_last: "Es la única persona que administra. Da antes el rol a otra persona.",
  own_admin_last: "Eres la única persona que administra. Da antes el rol a otra persona.",
  too_many_tries: "Demasiados intentos.",
  too_many_mails: "Acabamos de enviarte un correo. Mira en tu bandeja de entrada y en la carpeta de spam.",
  malformed: "Algo se ha perdido por el camino. Recarga la página e inténtalo de nuevo.",
  not_a_form: "Esta URL solo acepta formularios web. Abre la página y usa su formulario.",
  too_large: "Es demasiado largo. Acórtalo e inténtalo de nuevo.",
  too_slow: "Ha tardado demasiado en llegar. Comprueba tu conexión e inténtalo de nuevo.",
  cross_site:
    "Este formulario venía de otro sitio, así que no hemos hecho nada. Abre la página aquí e inténtalo de nuevo.",
  not_found: "No hay ninguna página en esta dirección.",
  wrong_host: "Este servidor no responde por ese nombre de host. Usa la dirección que te dieron.",
  busy: "Hay mucha gente iniciando sesión ahora mismo.",
  unavailable: "Ahora mismo no es posible.",
  not_signed_out: "No hemos podido cerrar tu sesión, así que sigue iniciada aquí.",
  broken: "Algo ha fallado por nuestra parte. Inténtalo de nuevo en un momento.",
  picture_unreadable: "Elige una imagen completa en formato PNG, JPEG o WebP.",
  picture_too_large: "Elige una imagen de 1 MB y 40 megapíxeles como máximo.",
  password_pattern:
    "Las repeticiones, las filas de teclas y las fechas son fáciles de adivinar. Elige varias palabras sin relación " +
    "entre sí.",
  password_weak: "Es fácil de adivinar, incluso con cifras o signos añadidos. Añade una o dos palabras más.",
};
