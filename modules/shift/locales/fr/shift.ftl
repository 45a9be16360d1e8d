# Travail du poste : en retard, à venir, nouveau; liste de visite.
shift-title = Travail du poste
shift-wards = Services
shift-no-wards = Aucun service avec des lits n’est enregistré.
shift-choose-ward = Choisissez un service.
shift-order = Ordre de la liste
shift-by-time = Par heure
shift-by-patient = Par patient
shift-span = de { $from } à { $to }
shift-unknown = Les heures des postes ne sont pas en vigueur : de { $from } à { $to }
shift-made = vu à { $time }
shift-patients = { $n ->
    [one] { $n } patient
   *[other] { $n } patients
}
shift-late = { $n ->
    [0] Rien en retard
   *[other] { $n } en retard
}
shift-due = { $n ->
    [0] Rien à venir jusqu’à { $until }
   *[other] { $n } à venir jusqu’à { $until }
}
shift-new = { $n ->
    [0] Rien de nouveau depuis { $since }
    [one] { $n } nouveauté depuis { $since }
   *[other] { $n } nouveautés depuis { $since }
}
shift-unseen = { $n ->
    [one] { $n } patient de ce service n’est pas de votre prise en charge : il n’est pas montré.
   *[other] { $n } patients de ce service ne sont pas de votre prise en charge : ils ne sont pas montrés.
}
shift-cut = La liste est coupée : tout n’y est pas.
shift-none = Aucun patient de votre prise en charge n’est dans ce service.
shift-nothing = Rien n’attend.
shift-mark-late = en retard
shift-mark-due = à venir
shift-mark-new = nouveau
shift-unnamed = sans nom
shift-signs = Constantes
shift-signs-never = Constantes : aucune depuis 24 h
shift-signs-always = Surveillance continue
shift-request = Demande
shift-draft = Demande à signer
shift-stopped = Demande arrêtée
shift-state-requested = attend d’être acceptée
shift-state-accepted = acceptée
shift-state-in-progress = en cours
shift-state-on-hold = suspendue
shift-state-draft = à signer
shift-result = Résultat à lire
shift-result-abnormal = Résultat anormal à lire
shift-result-critical = Résultat critique à lire
shift-call = Appel critique
shift-call-until = { $role }, avant { $until }
shift-sign = À cosigner
shift-came = Arrivée dans le service
shift-leaves = Sortie prévue
shift-decided = Sortie décidée
shift-handovers = Relèves
shift-handover = Relève
shift-handover-missing = { $n ->
    [0] toutes écrites
    [one] { $n } patient sans relève
   *[other] { $n } patients sans relève
}
shift-handover-signed = signée aussi par
shift-handover-waits = attend la seconde signature
shift-handover-none = pas de relève
shift-handover-write = Écrire la relève
shift-round = Liste de visite
shift-back = Travail du poste
shift-print = Imprimer
shift-patient = Patient
shift-known = Motif, constantes, demandes, dernière appréciation
shift-to-note = À noter
shift-day = entré le { $since }, J{ $n }
shift-allergies = Allergies :
shift-severe = grave
shift-allergies-none = Aucune allergie connue
shift-allergies-not-asked = Allergies non demandées
shift-no-signs = Aucune mesure depuis 24 h
shift-requests = Demandes :
shift-urgent = urgent
shift-trend-up = en hausse
shift-trend-down = en baisse
shift-trend-same = stable
shift-printed = Imprimé par { $by } ({ $role }), { $at }
