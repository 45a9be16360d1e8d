# File d’attente : guichet, borne, affichage.
queue-title = File d’attente
queue-kiosk = Borne
queue-display = Affichage des appels
queue-choose = Quel guichet est ce poste ? Le choix est gardé sur ce poste.
queue-choose-other = Changer de guichet
queue-no-desks = Aucun guichet. Un guichet est un lieu dont le type porte un service de la file.
queue-issue = Donner un ticket
queue-issue-do = Donner le ticket
queue-service = Service
queue-priority = Priorité
queue-priority-none = aucune
queue-priority-unvalidated = Priorités proposées : l’établissement ne les a pas encore validées.
queue-phone = Téléphone (facultatif)
queue-phone-hint = Un message prévient quand le tour approche. Le numéro est effacé ensuite.
queue-pause = Mettre le guichet en pause
queue-pause-why = Motif
queue-pause-do = Mettre en pause
queue-paused = Guichet en pause :
queue-paused-elsewhere = fermé par un autre système
queue-open = Rouvrir le guichet
queue-here = Au guichet
queue-nobody-here = Personne au guichet.
queue-empty = Personne n’attend. Les tickets s’affichent ici.
queue-called = Appelé
queue-serving = Au guichet
queue-calls = appel { $calls } sur { $needed }
queue-call = Appeler
queue-again = Rappeler
queue-begin = Il est là
queue-end = Terminer
queue-no-show = Noter absent :
queue-back = Est revenu
queue-gone = Ne veut plus attendre
queue-gone-do = Retirer de la file :
queue-transfer = Transférer
queue-transfer-to = Vers
queue-transfer-do = Transférer
queue-any-desk = { $service } : premier guichet libre
queue-next = Suivant :
queue-waiting = En attente
queue-number = Numéro
queue-why = Ordre
queue-since = Arrivée
queue-acts = Actions
queue-slot = rendez-vous { $time }
queue-why-always = urgence, passe devant tous
queue-why-overdue = attend depuis trop longtemps
queue-why-priority = priorité
queue-why-turn = à son tour
queue-missed = Absents à l’appel aujourd’hui
queue-count = { $n ->
    [0] personne n’attend
    [one] { $n } personne attend
   *[other] { $n } personnes attendent
}
queue-ahead = { $n ->
    [0] personne avant vous
    [one] { $n } personne avant vous
   *[other] { $n } personnes avant vous
}
queue-more = { $n ->
    [one] { $n } autre ticket attend.
   *[other] { $n } autres tickets attendent.
}
queue-wait-short = moins de 5 minutes
queue-wait-about = environ { $most } minutes
queue-wait-range = { $half } à { $most } minutes
queue-ticket = Ticket
queue-to-desk = Retour au guichet
queue-print = Imprimer
queue-state-requested = En attente
queue-state-accepted = Appelé
queue-state-in-progress = Au guichet
queue-state-completed = Terminé
queue-state-cancelled = N’attend plus
queue-state-failed = Absent à l’appel
queue-tie = À qui est ce ticket
queue-tie-find = Nom, numéro, téléphone
queue-tie-search = Chercher
queue-tie-none = Personne de ce nom.
queue-tie-do = C’est
queue-refused-RH-QUEUE-STATE = Ce ticket a changé entre-temps, ou cela ne se fait pas à ce moment : regardez la file.
queue-refused-RH-QUEUE-RACED = Un autre guichet vient d’appeler ou de modifier ce ticket. Personne n’a été appelé ici : appelez le suivant.
queue-refused-RH-QUEUE-BUSY = Quelqu’un est déjà à ce guichet ou y est appelé : terminez d’abord.
queue-refused-RH-QUEUE-PAUSED = Ce guichet est en pause : rouvrez-le avant d’appeler.
queue-refused-RH-QUEUE-NOBODY = Personne n’attend pour ce guichet.
queue-refused-RH-QUEUE-EARLY = Trop peu d’appels, ou le dernier est trop récent : rappelez, puis attendez.
queue-refused-RH-QUEUE-ELSEWHERE = Ce ticket attend un autre guichet.
queue-refused-RH-QUEUE-SERVICE = Ce service n’existe pas ici : choisissez-en un autre.
queue-refused-RH-QUEUE-NUMBERS = Trop de tickets sont donnés en ce moment : réessayez.
queue-kiosk-language = Langue
queue-kiosk-welcome = Bienvenue. Que venez-vous faire ?
queue-kiosk-none = La borne n’est pas ouverte. Adressez-vous à l’accueil.
queue-kiosk-code = Rendez-vous ou ticket : présentez le code
queue-kiosk-come = Valider
queue-kiosk-unknown = Ce code n’est pas connu aujourd’hui. Prenez un ticket ou adressez-vous à l’accueil.
queue-kiosk-priority = Êtes-vous dans l’un de ces cas ?
queue-kiosk-priority-none = Non
queue-kiosk-take = Prendre un ticket
queue-kiosk-back = Retour
queue-kiosk-yours = Votre numéro
queue-kiosk-keep = Gardez votre numéro. Vous pouvez présenter ce code à la borne pour savoir où vous en êtes.
queue-kiosk-done = Terminé
queue-kiosk-state-requested = Vous êtes dans la file.
queue-kiosk-state-accepted = Vous êtes appelé :
queue-kiosk-state-in-progress = Vous êtes attendu au guichet.
queue-kiosk-state-completed = Ce ticket est terminé.
queue-kiosk-state-cancelled = Ce ticket n’est plus dans la file. Prenez-en un autre.
queue-kiosk-state-failed = Votre appel est passé. Présentez le code à la borne pour attendre à nouveau.
queue-display-called = Numéros appelés
queue-display-none = Aucun appel pour le moment
queue-display-near = Bientôt
queue-display-near-none = Personne n’attend
